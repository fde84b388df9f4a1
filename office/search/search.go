// Package search finds documents, customers, contracts, recurring invoices, requests for access, items and payments by what a person
// types.
//
// What lives here: the word index that the other rooms feed in their own transactions,
// sort keys of names, the answer to Ctrl+K. What must not: who may see what in the portal
// (it is the firm's search only).
package search

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
)

// SortKey is the key under which a name is sorted and compared: without accents and case,
// so that Élodie stands beside Emile in every list.
func SortKey(name string) string {
	s, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), name)
	if err != nil {
		s = name
	}
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}

var digits = regexp.MustCompile(`[0-9]+`)

// SortNames puts a list in the order of its names as people count: annexe 2 before annexe 10. Those of the same name stay
// as they stand.
func SortNames[T any](list []T, name func(T) string) {
	type keyed struct {
		key string
		of  T
	}
	all := make([]keyed, len(list))
	for i, x := range list {
		all[i] = keyed{digits.ReplaceAllStringFunc(SortKey(name(x)), func(run string) string { return fmt.Sprintf("%020s", run) }), x}
	}
	slices.SortStableFunc(all, func(a, b keyed) int { return strings.Compare(a.key, b.key) })
	for i, x := range all {
		list[i] = x.of
	}
}

// Entry is one thing that can be found.
type Entry struct {
	Kind     string // document, customer, item, payment, contract
	ObjectID int64
	PublicID string
	Title    string
	Subtitle string
	Words    []string // besides title and subtitle
}

// Index sets the entry in the caller's transaction.
func Index(ctx context.Context, tx *db.Tx, e Entry) error {
	from, _, known := span(e.Kind)
	if !known {
		return fmt.Errorf("search: unknown kind %q", e.Kind)
	}
	id := from + e.ObjectID
	if err := tx.PutSearchEntry(ctx, gen.PutSearchEntryParams{ID: id, Kind: e.Kind, ObjectID: e.ObjectID, PublicID: e.PublicID, Title: e.Title, Subtitle: e.Subtitle}); err != nil {
		return err
	}
	return tx.PutSearchWords(ctx, id, e.Title+" "+e.Subtitle+" "+strings.Join(e.Words, " "))
}

// shares are the kinds in the order in which they are shown, with how many of each are
// enough: of customers and items a few are meant, of documents the newest.
var shares = []struct {
	kind string
	most int
}{{"customer", 4}, {"access_request", 2}, {"document", 0}, {"contract", 2}, {"recurring", 2}, {"item", 2}, {"payment", 2}} // documents: what is left

// span is the range of ids of one kind in the word index (see PutSearchEntry).
func span(kind string) (from, to int64, known bool) {
	const width = int64(1) << 40
	for i, k := range []string{"document", "customer", "item", "payment", "contract"} {
		if k == kind {
			return int64(i) * width, int64(i+1) * width, true
		}
	}
	return 0, 0, false
}

// Hit is one thing found.
type Hit struct {
	Kind     string `json:"kind"`
	PublicID string `json:"publicId"`
	Title    string `json:"title"`
	Subtitle string `json:"subtitle"`
}

// Service is the room's door.
type Service struct{ db *db.DB }

// New makes the room; it touches nothing.
func New(d *db.DB) *Service { return &Service{db: d} }

// Find gives what matches every typed word: customers first, then requests for access that wait,
// the newest documents, contracts, recurring invoices, items and payments, at most limit in all.
func (s *Service) Find(ctx context.Context, who actor.Actor, typed string, limit int) (hits []Hit, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	hits = []Hit{}
	words := db.MatchWords(typed)
	if words == "" {
		return hits, nil
	}
	limit = min(max(limit, 1), 50)
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		var rest []Hit // what documents must leave room for
		for i := len(shares) - 1; i >= 0; i-- {
			x := shares[i]
			most := x.most
			if x.kind == "document" {
				most = max(limit-len(rest)-shares[0].most-shares[1].most, 1)
			}
			found, err := ofKind(ctx, q, x.kind, typed, words, most)
			if err != nil {
				return err
			}
			rest = append(found, rest...)
		}
		hits = rest[:min(limit, len(rest))]
		return nil
	})
	return hits, err
}

// ofKind finds the newest of one kind.
func ofKind(ctx context.Context, q *gen.Queries, kind, typed, words string, most int) ([]Hit, error) {
	switch kind {
	case "recurring":
		return repeated(ctx, q, typed, most)
	case "access_request":
		return waiting(ctx, q, typed, most)
	case "document": // the words of a number stand in nearly every document: its own index is quicker
		if numbered, err := byNumber(ctx, q, typed, most); err != nil || len(numbered) > 0 {
			return numbered, err
		}
	}
	from, to, _ := span(kind)
	rows, err := q.SearchRange(ctx, gen.SearchRangeParams{Words: words, FromID: from, ToID: to, RowLimit: int64(most)})
	hits := make([]Hit, 0, len(rows))
	for _, r := range rows {
		hits = append(hits, Hit(r))
	}
	return hits, err
}

// A firm has few recurring invoices, and a draft of one may be gone tomorrow: they are read as
// they stand instead of being kept in the index. looked is how many at most.
const looked = 2000

// placeholder is what each period puts its own words in the place of.
var placeholder = regexp.MustCompile(`\{\{[^{}]*\}\}`)

// repeated finds recurring invoices by their customer and what their lines say.
func repeated(ctx context.Context, q *gen.Queries, typed string, most int) ([]Hit, error) {
	rows, err := q.RecurringWords(ctx, looked)
	if err != nil {
		return nil, err
	}
	hits, asked := []Hit{}, wordsOf(typed)
	for _, r := range rows {
		if len(hits) == most {
			break
		}
		if !says(r.CustomerName+" "+r.Described, asked) {
			continue
		}
		what, _, _ := strings.Cut(placeholder.ReplaceAllString(strings.TrimSpace(r.Described), "…"), "\n")
		hit := Hit{Kind: "recurring", PublicID: r.PublicID, Title: r.CustomerName, Subtitle: what}
		if hit.Title == "" { // a draft of nobody yet
			hit.Title, hit.Subtitle = what, ""
		}
		hits = append(hits, hit)
	}
	return hits, nil
}

// waiting finds requests for access that are not decided by who asks, for which company; those
// that are stand with their customer.
func waiting(ctx context.Context, q *gen.Queries, typed string, most int) ([]Hit, error) {
	rows, err := q.RequestWords(ctx, looked)
	hits, asked := []Hit{}, wordsOf(typed)
	for _, r := range rows {
		if len(hits) < most && says(r.Company+" "+r.Person+" "+r.Email+" "+r.TaxKey, asked) {
			hits = append(hits, Hit{Kind: "access_request", PublicID: r.PublicID, Title: r.Company, Subtitle: r.Person + " · " + r.Email})
		}
	}
	return hits, err
}

// Says tells whether each word that is typed begins one of the text, as the index finds it.
func Says(text, typed string) bool { return says(text, wordsOf(typed)) }

// says tells whether each asked word begins one of the text.
func says(text string, asked []string) bool {
	there := wordsOf(text)
	return !slices.ContainsFunc(asked, func(w string) bool {
		return !slices.ContainsFunc(there, func(x string) bool { return strings.HasPrefix(x, w) })
	})
}

// wordsOf takes a text apart as the index does: without accents, case and signs.
func wordsOf(text string) []string {
	return strings.FieldsFunc(SortKey(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}

// byNumber finds documents whose number begins as typed, the newest first; nothing where
// what was typed is no beginning of a number.
func byNumber(ctx context.Context, q *gen.Queries, typed string, most int) ([]Hit, error) {
	from := strings.ToUpper(strings.TrimSpace(typed))
	if len(from) < 4 || !strings.ContainsAny(from, "0123456789") || strings.ContainsFunc(from, func(r rune) bool { return r > 'Z' || r <= ' ' }) {
		return nil, nil
	}
	rows, err := q.NumberedFrom(ctx, gen.NumberedFromParams{FromNumber: from, ToNumber: from + "\U0010ffff", RowLimit: int64(most)})
	hits := make([]Hit, 0, len(rows))
	for _, r := range rows {
		if r.Number != nil {
			hits = append(hits, Hit{Kind: "document", PublicID: r.PublicID, Title: *r.Number, Subtitle: r.CustomerName})
		}
	}
	return hits, err
}
