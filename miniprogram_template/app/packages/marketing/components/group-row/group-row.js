/** A group that may be joined: its leader, who is missing, until when. `bind:join` gets { key }; `bind:over` once its time has come. */
Component({
  properties: {
    /** A row of the API. */
    group: { type: Object, value: {} }
  },
  methods: {
    onJoin() {
      this.triggerEvent('join', { key: this.data.group.key })
    },
    onOver() {
      this.triggerEvent('over')
    }
  }
})
