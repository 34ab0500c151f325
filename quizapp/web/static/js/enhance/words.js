/* A long text: how many words it has, while one types. */
export default (root) => {
  const [many, one] = root.dataset.words.split('|');
  const text = root.querySelector('textarea');
  const out = root.querySelector('[data-count]');
  const count = () => {
    const words = text.value.split(/\s+/).filter(Boolean).length;
    out.textContent = words === 1 ? one : many.replace('{n}', words);
  };
  text.addEventListener('input', count);
  root.closest('form')?.addEventListener('restored', count);
};
