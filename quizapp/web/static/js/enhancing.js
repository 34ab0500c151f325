/* Page-specific behaviour: data-enhance="name" loads enhance/name.js and gives it the element. */
export const enhance = (root) => root.querySelectorAll('[data-enhance]').forEach((element) => {
  element.dataset.enhance.split(' ').forEach(async (name) => {
    const module = await import(`./enhance/${name}.js`);
    module.default(element);
  });
});
