/* Sharing by whatever the device shares with, else by copying the address; and printing. */

document.querySelectorAll("[data-share]").forEach(sharing);
document.querySelectorAll("[data-print]").forEach((button) => {
  button.parentElement.hidden = false;
  button.addEventListener("click", () => print());
});

function sharing(button) {
  if (!navigator.share && !navigator.clipboard) {
    return; // an address without https: the link beside the button is still there
  }
  const { copied, failed } = button.dataset;
  const status = document.getElementById("device-status");
  const shared = () => ({ title: document.title, url: location.href });
  button.parentElement.hidden = false;
  button.addEventListener("click", async () => {
    try {
      if (navigator.share) {
        await navigator.share(shared());
      } else {
        await navigator.clipboard.writeText(shared().url);
        status.textContent = copied;
      }
    } catch (fault) {
      // AbortError: the person changed their mind.
      status.textContent = fault.name === "AbortError" ? "" : failed;
    }
  });
}
