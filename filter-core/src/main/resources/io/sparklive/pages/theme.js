// As the History Server's own pages do from 4.2 on: what a person chose, else what their system has.
document.documentElement.setAttribute(
  "data-bs-theme",
  localStorage.getItem("spark-theme") ||
    (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"),
);
