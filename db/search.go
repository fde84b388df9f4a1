package db

import (
	"context"
	"strings"
	"unicode"
)

// The statements on the word indexes stand here and not in queries/, because sqlc does
// not know the rowid of a virtual table.
func (d *DB) prepareSearch(ctx context.Context) (err error) {
	if d.putWords, err = d.writer.PrepareContext(ctx, "INSERT OR REPLACE INTO search_fts (rowid, words) VALUES (?, ?)"); err != nil {
		return err
	}
	if d.dropWords, err = d.writer.PrepareContext(ctx, "DELETE FROM search_fts WHERE rowid = ?"); err != nil {
		return err
	}
	d.putSaid, err = d.writer.PrepareContext(ctx, "INSERT OR REPLACE INTO conversation_fts (rowid, words) VALUES (?, ?)")
	return err
}

// PutSearchWords sets the words under which a search entry is found.
func (t *Tx) PutSearchWords(ctx context.Context, id int64, words string) error {
	_, err := t.db.putWords.ExecContext(ctx, id, words)
	return err
}

// DeleteSearchWords takes a search entry's words out of the index.
func (t *Tx) DeleteSearchWords(ctx context.Context, id int64) error {
	_, err := t.db.dropWords.ExecContext(ctx, id)
	return err
}

// MatchWords turns what a person typed into an FTS5 expression: every word, each as a
// prefix. Figures are found as they are written too: 1 234,50 and 732 829 320 stand in the
// index without their spaces. It gives "" when nothing searchable was typed.
func MatchWords(typed string) string {
	plain := expression(typed)
	if joined := expression(joinFigures(typed)); joined != plain {
		return plain + " OR " + joined // an implied AND binds tighter
	}
	return plain
}

func expression(typed string) string {
	// Marks belong to their letter: a Mac types é as two characters.
	words := strings.FieldsFunc(typed, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) })
	if len(words) > 12 {
		words = words[:12]
	}
	for i, w := range words {
		if r := []rune(w); len(r) > 40 {
			w = string(r[:40])
		}
		words[i] = `"` + w + `"*`
	}
	return strings.Join(words, " ")
}

// joinFigures takes the grouping out of numbers: spaces between digits, and a comma or an
// apostrophe before exactly three of them.
func joinFigures(typed string) string {
	r := []rune(typed)
	digit := func(i int) bool { return i >= 0 && i < len(r) && unicode.IsDigit(r[i]) }
	joined := make([]rune, 0, len(r))
	for i, c := range r {
		switch {
		case unicode.IsSpace(c) && digit(i-1) && digit(i+1):
		case strings.ContainsRune(",'’", c) && digit(i-1) && digit(i+1) && digit(i+2) && digit(i+3) && !digit(i+4):
		default:
			joined = append(joined, c)
		}
	}
	return string(joined)
}

// subjectWords is where the rows of subjects begin in the index of what was said.
const subjectWords = int64(1) << 40

// PutSubjectWords sets the words of a conversation's subject.
func (t *Tx) PutSubjectWords(ctx context.Context, conversationID int64, words string) error {
	return t.PutSaidWords(ctx, subjectWords+conversationID, words)
}

// PutSaidWords sets the words under which a message of a conversation is found: its id, or -id of
// a question about a document.
func (t *Tx) PutSaidWords(ctx context.Context, id int64, words string) error {
	_, err := t.db.putSaid.ExecContext(ctx, id, words)
	return err
}
