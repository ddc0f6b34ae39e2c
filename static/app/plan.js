// The plan sheet as a file, made in this browser: what was typed goes nowhere else.
export function press(button) {
  if (button.value === "print") return window.print();
  const lines = [document.querySelector("h1").textContent, ""];
  for (const field of document.querySelectorAll("main textarea")) {
    lines.push(field.labels[0].textContent, field.value.trim() || "–", "");
  }
  for (const number of document.querySelectorAll("#numbers li")) lines.push(number.innerText);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([lines.join("\r\n")], { type: "text/plain;charset=utf-8" }));
  link.download = "plan.txt";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
