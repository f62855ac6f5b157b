// The focus stays where it was when a part of the page is built anew.
window.lastKey = '';
document.addEventListener('focusin', event => {
  const at = event.target.closest('[data-key]');
  if (at) window.lastKey = at.dataset.key;
});
window.refocus = () => setTimeout(() => {
  if (document.activeElement && document.activeElement !== document.body) return;
  const at = document.querySelector(`[data-key="${CSS.escape(window.lastKey)}"]`);
  if (!at || !window.lastKey) return;
  const inner = at.matches('button, input, [tabindex]') ? at : at.querySelector('input, button, [tabindex]');
  if (inner) inner.focus({preventScroll: true});
}, 30);

// Keys by their place on the keyboard, so that the Russian layout works as well.
document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && event.key === ' ') return;
  const at = event.target;
  if (at.closest('input, textarea, select, [role=combobox], [role=listbox], .q-menu')) return;
  const key = event.key === ' ' ? 'space' : event.key;
  const open = document.querySelector('.q-dialog');
  if (open && key !== '?') return;
  if (key === 'space' && at.closest('button, summary, a, [role=switch], [role=checkbox]')) return;
  if (key.startsWith('Arrow') && at.closest('.q-slider')) return;
  const known = ['space', 'r', 'R', 'u', 'U', 'p', 'P', 'w', 'W', 'v', 'V', '?', '1', '2', '3', '4', '5',
                 'к', 'К', 'г', 'Г', 'з', 'З', 'ц', 'Ц', 'м', 'М', ',', 'ArrowLeft', 'ArrowRight'];
  if (!known.includes(key)) return;
  event.preventDefault();
  emitEvent('key', event.code);
});
