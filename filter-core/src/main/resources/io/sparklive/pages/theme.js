// The History Server keeps the theme that a person chose under this name from 4.2; before, it has
// a light one only, and pages follow it.
(() => {
  const chosen = localStorage.getItem("spark-theme");
  if (chosen === "dark" || chosen === "light") {
    document.documentElement.setAttribute("data-bs-theme", chosen);
  }
})();
