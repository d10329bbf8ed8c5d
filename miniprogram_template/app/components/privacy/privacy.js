/** Asks for consent when the platform says that a call needs it; a page that uses such calls has one of these. */
Component({
  data: {
    asked: false,
    name: '《用户隐私保护指引》',
    /** Those who wait for the shopper's word; not painted. */
    answers: []
  },
  lifetimes: {
    attached() {
      if (!wx.onNeedPrivacyAuthorization) return
      this.listen()
      wx.getPrivacySetting({ success: ({ privacyContractName }) => privacyContractName && this.setData({ name: privacyContractName }) })
    },
    detached() {
      this.end({ event: 'disagree' })
    }
  },
  pageLifetimes: {
    show() {
      if (wx.onNeedPrivacyAuthorization) this.listen()
    }
  },
  methods: {
    /** The platform asks whoever listened last: the page that is shown. */
    listen() {
      wx.onNeedPrivacyAuthorization((answer) => {
        this.data.answers.push(answer)
        this.setData({ asked: true })
      })
    },
    end(answer) {
      this.setData({ asked: false })
      this.data.answers.splice(0).forEach((tell) => tell(answer))
    },
    onAgree() {
      this.end({ event: 'agree', buttonId: 'agree' })
    },
    onDisagree() {
      this.end({ event: 'disagree' })
    },
    onRead() {
      wx.openPrivacyContract({ fail: () => {} })
    }
  }
})
