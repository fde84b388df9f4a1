// Package wording is how texts that a firm writes itself name what the program fills in:
// {{customer.name}} and the like, in double braces.
//
// What lives here: finding the placeholders of a text, refusing those that nobody fills,
// putting the values in. What must not: the values, the sending, Markdown's rendering
// (edge/mail, edge/portal), the periods of recurring texts (rules/recur: another grammar).
// Called by office/reminders and office/customers.
package wording

import (
	"slices"
	"strings"

	"comptoir/core/fault"
	"comptoir/core/text"
)

// Set is the placeholders that a kind of text may name.
type Set struct {
	Names  []string // all of them
	Blocks []string // those of Names that are Markdown of several lines, or a link: they make no sense in a subject
}

// token is a placeholder as it stands in a text.
type token struct {
	start, end   int // bytes, braces included
	name         string
	line, column int // from 1, in characters
	open         bool
}

func tokens(s string) []token {
	list := []token{}
	for from := 0; ; {
		i := strings.Index(s[from:], "{{")
		if i < 0 {
			return list
		}
		start := from + i
		before := s[:start]
		t := token{start: start, line: 1 + strings.Count(before, "\n")}
		t.column = 1 + len([]rune(before[strings.LastIndex(before, "\n")+1:]))
		j := strings.Index(s[start:], "}}")
		if nl := strings.Index(s[start:], "\n"); j < 0 || nl >= 0 && nl < j {
			t.open, t.end, t.name = true, start+2, firstWord(s[start+2:])
			list, from = append(list, t), start+2
			continue
		}
		t.end = start + j + 2
		t.name = strings.TrimSpace(s[start+2 : start+j])
		list, from = append(list, t), t.end
	}
}

func firstWord(s string) string {
	words := strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == '}' })
	if len(words) == 0 {
		return ""
	}
	return text.Line(words[0])
}

// Check adds to form, at path, the first placeholder that nobody fills, with its name and
// where it stands (fault.placeholder: name, line, column), or braces that never close
// (fault.placeholder_open: line, column). A subject takes no blocks.
func (set Set) Check(form *fault.Form, path, s string, subject bool) {
	for _, t := range tokens(s) {
		switch {
		case t.open:
			form.Add(path, "fault.placeholder_open", "line", t.line, "column", t.column)
		case !slices.Contains(set.Names, t.name), subject && slices.Contains(set.Blocks, t.name):
			form.Add(path, "fault.placeholder", "name", text.Line(t.name), "line", t.line, "column", t.column)
		default:
			continue
		}
		return
	}
}

// Fill puts the values in. In Markdown every value is plain words but those of the blocks,
// which are Markdown already. Placeholders named in keep stay as they are, for whoever
// fills them later; braces that never close stay too.
func (set Set) Fill(s string, values map[string]string, markdown bool, keep ...string) string {
	var b strings.Builder
	at := 0
	for _, t := range tokens(s) {
		if t.open || slices.Contains(keep, t.name) {
			continue
		}
		b.WriteString(s[at:t.start])
		v := values[t.name]
		if markdown && !slices.Contains(set.Blocks, t.name) {
			v = text.Markdown(v)
		}
		b.WriteString(v)
		at = t.end
	}
	b.WriteString(s[at:])
	return b.String()
}

// Names tells whether a text names one of the placeholders.
func Names(s string, placeholders ...string) bool {
	return slices.ContainsFunc(tokens(s), func(t token) bool { return !t.open && slices.Contains(placeholders, t.name) })
}
