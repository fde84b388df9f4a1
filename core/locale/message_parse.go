package locale

import "strings"

// parser reads the ICU subset: {name}, {n, plural, =0 {…} one {…} other {# …}} and
// {x, select, a {…} other {…}}. An apostrophe is plain unless it stands before a brace
// (it then quotes up to the next one) or another apostrophe, as the window's reader has it.
type parser struct {
	in  []rune
	pos int
}

func parseMessage(message string) ([]node, error) {
	p := &parser{in: []rune(message)}
	nodes, err := p.nodes(false)
	if err == nil && p.pos < len(p.in) {
		err = errMessage // a brace too many
	}
	return nodes, err
}

// nodes reads up to the end or to an unmatched closing brace, which it leaves.
func (p *parser) nodes(inPlural bool) ([]node, error) {
	var out []node
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			out = append(out, node{text: text.String()})
			text.Reset()
		}
	}
	for p.pos < len(p.in) && p.in[p.pos] != '}' {
		switch r := p.in[p.pos]; {
		case r == '\'':
			p.quoted(&text)
		case r == '#' && inPlural:
			flush()
			out = append(out, node{name: "#"})
			p.pos++
		case r == '{':
			flush()
			n, err := p.placeholder(inPlural)
			if err != nil {
				return nil, err
			}
			out = append(out, n)
		default:
			text.WriteRune(r)
			p.pos++
		}
	}
	flush()
	return out, nil
}

func (p *parser) quoted(text *strings.Builder) {
	p.pos++
	if p.pos >= len(p.in) || !strings.ContainsRune("{}#'", p.in[p.pos]) {
		text.WriteRune('\'')
		return
	}
	if p.in[p.pos] == '\'' {
		text.WriteRune('\'')
		p.pos++
		return
	}
	for p.pos < len(p.in) && p.in[p.pos] != '\'' {
		text.WriteRune(p.in[p.pos])
		p.pos++
	}
	p.pos++
}

func (p *parser) placeholder(inPlural bool) (node, error) {
	p.pos++ // {
	n := node{name: p.word()}
	if n.name == "" || n.name == "#" {
		return n, errMessage
	}
	if p.take('}') {
		return n, nil
	}
	if !p.take(',') {
		return n, errMessage
	}
	n.kind = p.word()
	if (n.kind != "plural" && n.kind != "select") || !p.take(',') {
		return n, errMessage
	}
	n.cases = map[string][]node{}
	for !p.take('}') {
		name := p.word()
		if name == "" || n.cases[name] != nil || !p.take('{') {
			return n, errMessage
		}
		c, err := p.nodes(inPlural || n.kind == "plural")
		if err != nil {
			return n, err
		}
		if !p.take('}') {
			return n, errMessage
		}
		n.cases[name] = append([]node{}, c...)
	}
	if n.cases["other"] == nil {
		return n, errMessage
	}
	return n, nil
}

// word reads a name after spaces: letters, digits, _ . = # and minus.
func (p *parser) word() string {
	p.spaces()
	start := p.pos
	for p.pos < len(p.in) && !strings.ContainsRune(" \t\n,{}'", p.in[p.pos]) {
		p.pos++
	}
	return string(p.in[start:p.pos])
}

func (p *parser) take(r rune) bool {
	p.spaces()
	if p.pos < len(p.in) && p.in[p.pos] == r {
		p.pos++
		return true
	}
	return false
}

func (p *parser) spaces() {
	for p.pos < len(p.in) && strings.ContainsRune(" \t\n", p.in[p.pos]) {
		p.pos++
	}
}
