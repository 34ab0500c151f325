/* A knowledge check without leaving the page: the server's own fragment takes its place. */
export default function check(form) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    let text;
    try {
      const response = await fetch(form.action, {
        method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { 'X-Requested-With': 'fragment' },
      });
      if (!response.ok) throw new Error(String(response.status));
      text = await response.text();
    } catch {
      form.submit();
      return;
    }
    const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('form');
    form.replaceWith(fresh);
    check(fresh);
    fresh.querySelector('[data-feedback]')?.focus();
  });
}
