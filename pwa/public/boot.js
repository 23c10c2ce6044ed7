(function () {
  var root = document.documentElement
  var read = function (name) {
    try { return localStorage.getItem('linli.' + name) } catch (e) { return null }
  }
  var theme = read('theme')
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  var elder = read('elder') === '1'
  var size = read('size') || 'm'
  if (elder && size !== 'xxl') size = 'xl'
  root.setAttribute('data-theme', dark ? 'dark' : 'light')
  root.setAttribute('data-size', size)
  if (elder) root.setAttribute('data-elder', '')
  root.lang = read('locale') === 'en' ? 'en' : 'zh-CN'
  if (!window.Promise || !window.fetch || !window.indexedDB || !('noModule' in document.createElement('script')) || !window.globalThis) {
    addEventListener('DOMContentLoaded', function () { document.getElementById('unsupported').hidden = false })
  }
})()
