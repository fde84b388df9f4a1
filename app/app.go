// Package app is the composition root: it wires every room of an open company, and holds
// the structs that the window binds.
//
// What lives here: making and opening a company folder, the one transport (rpc), the guard
// of the back office in the browser, bound methods of a few lines each (actor → use case →
// view). What must not: rules, SQL, words for people (core/locale). Called by main and by
// tests through apptest.
package app
