// Browsers start no worker from a file. Where these pages are opened from a folder, a hidden frame does its work, so that
// search works there too.
if (location.protocol === "file:") {
  window.Worker = window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      document.body.append(frame)
      this.inner = frame.contentWindow
      this.inner.postMessage = data => {
        const message = new MessageEvent("message", { data })
        this.dispatchEvent(message)
        if (this.onmessage) this.onmessage(message)
      }
      this.inner.importScripts = () => Promise.resolve()
      const script = this.inner.document.createElement("script")
      script.src = url
      this.ready = new Promise(done => { script.onload = done })
      this.inner.document.body.append(script)
    }

    postMessage(data) {
      this.ready.then(() => this.inner.dispatchEvent(new this.inner.MessageEvent("message", { data })))
    }

    terminate() { this.inner.frameElement.remove() }
  }
}
