// Leave: the page goes blank at once, then the weather takes its place in the history. Also on Shift, three times.
(function () {
  "use strict";
  var link = document.querySelector(".btn-leave");
  if (!link) return;
  var target = link.href;
  var presses = [];

  function leave(event) {
    if (event) event.preventDefault();
    document.title = "";
    document.body.textContent = "";
    window.location.replace(target);
  }

  link.addEventListener("click", leave);
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Shift") presses = [];
    else if (!event.repeat) {
      presses = presses.filter((at) => event.timeStamp - at < 2000);
      presses.push(event.timeStamp);
      if (presses.length === 3) leave();
    }
  });

  // What a button needs is fetched when it is pressed.
  document.querySelectorAll("[data-script]").forEach((button) => {
    button.hidden = false;
    button.onclick = () => import(button.dataset.script).then((all) => all.press(button));
  });
})();
