// Package tools is the home of the pinned tools (sqlc and templ here, the linters in lint/, a mail server in mail/)
// and of the tests about files that no other package reads: the queries and the rules over them.
// Nothing imports it; `scripts/tool` builds what a task needs.
package tools
