// Package search finds documents, customers, items and payments by what a person types.
//
// What lives here: the word index that the other rooms feed in their own transactions,
// sort keys of names, the answer to Ctrl+K. What must not: who may see what in the portal
// (it is the firm's search only).
package search

import (
	"context"
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

// Entry is one thing that can be found.
type Entry struct {
	Kind     string // document, customer, item, payment
	ObjectID int64
	PublicID string
	Title    string
	Subtitle string
	Words    []string // besides title and subtitle
}

// Index sets the entry in the caller's transaction.
func Index(ctx context.Context, tx *db.Tx, e Entry) error {
	id, err := tx.UpsertSearchEntry(ctx, gen.UpsertSearchEntryParams{Kind: e.Kind, ObjectID: e.ObjectID, PublicID: e.PublicID, Title: e.Title, Subtitle: e.Subtitle})
	if err != nil {
		return err
	}
	return tx.PutSearchWords(ctx, id, e.Title+" "+e.Subtitle+" "+strings.Join(e.Words, " "))
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

// Find gives what matches every typed word, newest first.
func (s *Service) Find(ctx context.Context, who actor.Actor, typed string, limit int) (hits []Hit, err error) {
	if err := who.NeedStaff(); err != nil {
		return nil, err
	}
	hits = []Hit{}
	words := db.MatchWords(typed)
	if words == "" {
		return hits, nil
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.Search(ctx, gen.SearchParams{Words: words, RowLimit: int64(min(max(limit, 1), 50))})
		for _, r := range rows {
			hits = append(hits, Hit(r))
		}
		return err
	})
	return hits, err
}
