package books

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"comptoir/db/gen"
)

// Sealed is what the hash of an entry covers: everything that the FEC will tell of it, by
// the codes and numbers that people know, so that renaming an account under posted entries
// is found as well.
type Sealed struct {
	Number       int64
	Journal      string
	Date         string
	DocumentRef  string
	DocumentDate string
	Label        string
	SourceKind   string
	SourceID     int64
	ReversesID   int64 // 0 for none
	TotalMinor   int64
	ValidatedAt  string
}

// Hash is the link of the chain of entries: SHA-256 over the hash before, the entry and its
// lines in their order, each field delimited (RF 4.6, sécurisation). It is made from what
// the file holds, when an entry is sealed and when it is proved.
func Hash(previous string, e Sealed, lines []gen.HashedLinesRow) string {
	b := make([]byte, 0, 1024)
	str := func(s string) { b = append(strconv.AppendQuote(b, s), ' ') }
	num := func(n int64) { b = append(strconv.AppendInt(b, n, 10), ' ') }
	str(previous)
	num(e.Number)
	str(e.Journal)
	str(e.Date)
	str(e.DocumentRef)
	str(e.DocumentDate)
	str(e.Label)
	str(e.SourceKind)
	num(e.SourceID)
	num(e.ReversesID)
	num(e.TotalMinor)
	str(e.ValidatedAt)
	for _, l := range lines {
		b = append(b, '\n')
		num(l.Position)
		str(l.Code)
		str(text(l.CustomerNumber))
		str(l.Label)
		num(l.DebitMinor)
		num(l.CreditMinor)
		str(l.Currency)
		num(l.CurrencyMinor)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
