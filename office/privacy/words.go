package privacy

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"comptoir/db"
	"comptoir/db/gen"
)

// words are what names the contact in free text. Names of several words, addresses and numbers
// are struck out wherever they stand; a single word, which may be anybody's name or a common
// noun, only where it is the whole of a text.
type words struct {
	parts  []*regexp.Regexp
	whole  []string
	search []string // for the file: each as it stands, and as JSON writes it
	label  string
}

var joined = regexp.MustCompile(`[\s@._0-9-]`)

// wordsOf takes the names in any order; short ones and repeats are left out.
func wordsOf(label string, names []string) words {
	w := words{label: label}
	for _, n := range names {
		if n = strings.TrimSpace(n); len([]rune(n)) < 3 || n == label || slices.ContainsFunc(w.whole, func(o string) bool { return strings.EqualFold(o, n) }) {
			continue
		}
		w.whole = append(w.whole, n)
		w.search = append(w.search, n)
		if b, err := json.Marshal(n); err == nil {
			if s := strings.Trim(string(b), `"`); s != n {
				w.search = append(w.search, s)
			}
		}
	}
	slices.SortStableFunc(w.whole, func(a, b string) int { return len(b) - len(a) }) // the longer first: an address before the user name in it
	for _, n := range w.whole {
		if joined.MatchString(n) {
			w.parts = append(w.parts, regexp.MustCompile(`(?i)(^|[^\pL\pN])`+regexp.QuoteMeta(n)+`($|[^\pL\pN])`))
		}
	}
	return w
}

// strike gives the text without the words.
func (w words) strike(s string) string {
	if slices.ContainsFunc(w.whole, func(n string) bool { return strings.EqualFold(n, strings.TrimSpace(s)) }) {
		return w.label
	}
	for _, p := range w.parts {
		for range 2 { // what stands between two neighbours belongs to the first match
			s = p.ReplaceAllString(s, "${1}"+strings.ReplaceAll(w.label, "$", "$$")+"${2}")
		}
	}
	return s
}

// strikeJSON is strike for every text in a JSON value; what is no JSON is a text.
func (w words) strikeJSON(s string) string {
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return w.strike(s)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	if err := e.Encode(w.walk(v)); err != nil {
		return w.strike(s)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (w words) walk(v any) any {
	switch x := v.(type) {
	case string:
		return w.strike(x)
	case []any:
		for i := range x {
			x[i] = w.walk(x[i])
		}
	case map[string]any:
		for k := range x {
			x[k] = w.walk(x[k])
		}
	}
	return v
}

// strikeOut rewrites every free text that names the contact, and gives how many there were.
func (w words) strikeOut(ctx context.Context, tx *db.Tx, customerID int64) (n int64, err error) {
	if len(w.search) == 0 {
		return 0, nil
	}
	for _, p := range db.Places() {
		found, err := tx.Mentions(ctx, p, customerID, w.search)
		if err != nil {
			return n, err
		}
		for _, m := range found {
			text := w.strike(m.Text)
			if p.JSON {
				text = w.strikeJSON(m.Text)
			}
			if text == m.Text {
				continue
			}
			if err := rewrite(ctx, tx, p, m, text); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// rewrite puts a text back without the words. What was said in a conversation is marked as struck out
// of first, and is found under its new words only, as are questions about documents.
func rewrite(ctx context.Context, tx *db.Tx, p db.Place, m db.Mention, text string) error {
	id, _ := m.Key.(int64) // other places have other keys, which are not asked for
	switch p.Table {
	case "conversation_messages":
		if err := tx.MarkStruck(ctx, gen.MarkStruckParams{At: ptr(tx.Stamp()), ID: id}); err != nil {
			return err
		}
		if err := tx.PutSaidWords(ctx, id, text); err != nil {
			return err
		}
	case "conversations":
		if err := tx.PutSubjectWords(ctx, id, text); err != nil {
			return err
		}
	case "document_messages":
		if err := tx.PutSaidWords(ctx, -id, text); err != nil {
			return err
		}
	}
	return tx.Rewrite(ctx, p, m, text)
}
