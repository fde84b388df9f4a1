//go:build desktop

package command

// windowBuilt: this binary holds the window.
const windowBuilt = true
