// Runs on the device of somebody who chose “Keep”. It keeps the pages and files that kept.json lists, and nothing
// else. The network always comes first; what is kept is for when it is away.
const SCOPE = self.registration.scope;
const DAY = 86400000;
const PATIENCE = 4000;

const open = () => caches.open("kept " + SCOPE);

async function keep() {
  const answer = await fetch("kept.json", { credentials: "omit" });
  if (!answer.ok) throw new Error(answer.status);
  const { files, pages } = await answer.json();
  const cache = await open();
  const headers = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": answer.headers.get("Content-Security-Policy"),
    "Referrer-Policy": "no-referrer",
    "X-Kept": Date.now(),
  };
  await cache.addAll(files);
  for (const path in pages) await cache.put(path, new Response(pages[path], { headers }));
  const listed = [...files, ...Object.keys(pages)].map((path) => new URL(path, SCOPE).href);
  for (const old of await cache.keys()) if (!listed.includes(old.url)) await cache.delete(old);
}

async function page(event, kept) {
  const late = new Promise((_, no) => setTimeout(no, kept ? PATIENCE : DAY));
  try {
    const fresh = await Promise.race([fetch(event.request), late]);
    if (fresh.status < 500 || !kept) {
      if (kept && Date.now() - kept.headers.get("X-Kept") > DAY) event.waitUntil(keep().catch(() => {}));
      return fresh;
    }
  } catch {}
  return kept || Response.redirect(SCOPE);
}

async function answer(event) {
  const kept = await (await open()).match(event.request);
  return event.request.mode === "navigate" ? page(event, kept) : kept || fetch(event.request);
}

self.oninstall = (event) => event.waitUntil(keep().then(() => self.skipWaiting()));
self.onactivate = (event) => event.waitUntil(self.clients.claim());
self.onfetch = (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event));
};
