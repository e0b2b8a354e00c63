// As the History Server's own pages do from 4.2 on: what a person chose, else what their system has.
document.documentElement.setAttribute(
  "data-bs-theme",
  localStorage.getItem("spark-theme") ||
    (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"),
);

// Spark's own dark logo.
addEventListener("DOMContentLoaded", () => {
  if (document.documentElement.dataset.bsTheme !== "dark") return;
  const logo = document.querySelector("img.spark-logo");
  logo.src = logo.src.replace("spark-logo.svg", "spark-logo-rev.svg");
});
