/** A new version of the mini-program is offered as soon as it was fetched. */

/** Ask once per launch; where the platform has no updates, nothing happens. */
function watch() {
  if (!wx.getUpdateManager) return
  const manager = wx.getUpdateManager()
  manager.onUpdateReady(() => {
    wx.showModal({
      title: '有新版本',
      content: '重新打开就能使用新版本',
      confirmText: '现在打开',
      cancelText: '稍后',
      success: ({ confirm }) => confirm && manager.applyUpdate()
    })
  })
}

module.exports = { watch }
