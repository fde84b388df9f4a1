//go:build !desktop

package command

// windowBuilt: this binary was made without the window's system libraries.
const windowBuilt = false
