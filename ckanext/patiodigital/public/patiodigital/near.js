/* "Near me": the link, which leads to the list of districts, asks the device for its position instead. */

const DECIMALS = 3; // of a degree: some 100 m, enough to sort schools by distance, and no address
const TIMEOUT = 15_000; // milliseconds
const OLDEST = 300_000;

// Indexed by GeolocationPositionError.code.
const FAULTS = [null, "denied", "unavailable", "timeout"];

if (isSecureContext && navigator.geolocation) {
  document.querySelectorAll("[data-near]").forEach(enhance);
}

function enhance(link) {
  const status = document.getElementById(link.dataset.status);
  const words = status.dataset;
  status.textContent = words.privacy;
  link.setAttribute("role", "button");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    status.textContent = words.searching;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const lat = coords.latitude.toFixed(DECIMALS);
        const lon = coords.longitude.toFixed(DECIMALS);
        location.assign(`${link.dataset.near}?${new URLSearchParams({ lat, lon })}`);
      },
      (fault) => {
        const districts = document.createElement("a");
        districts.href = link.href;
        districts.textContent = words.districts;
        status.replaceChildren(`${words[FAULTS[fault.code]]} `, districts);
      },
      { timeout: TIMEOUT, maximumAge: OLDEST },
    );
  });
  // A button also answers to the space bar.
  link.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      event.preventDefault();
      link.click();
    }
  });
}
