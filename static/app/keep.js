// Keeps the help pages of one place on this device, or takes them off again: only for whoever presses a button.
export async function press(button) {
  const said = document.getElementById("said");
  said.textContent = button.dataset.waits || "";
  try {
    await (button.value === "keep" ? keep() : remove());
    said.textContent = button.dataset.done;
  } catch {
    said.textContent = button.dataset.fails;
  }
}

async function keep() {
  const entry = await navigator.serviceWorker.register("../worker.js", { scope: "../", updateViaCache: "none" });
  const worker = entry.installing || entry.waiting || entry.active;
  await new Promise((kept, failed) => {
    const look = () => {
      if (worker.state === "activated") kept();
      if (worker.state === "redundant") failed();
    };
    worker.onstatechange = look;
    look();
  });
}

async function remove() {
  const scope = new URL("../", location.href).href;
  const entry = await navigator.serviceWorker.getRegistration(scope);
  if (entry) await entry.unregister();
  await caches.delete("kept " + scope);
}
