package evidence

import (
	"strconv"
	"strings"
)

// RoundDigest names exactly what a round asks about: all its documents in their order, each by
// name, size and content. A page that shows them carries it, and an answer to another one is stale.
// Lower-case hexadecimal SHA-256.
func RoundDigest(documents []Document) string {
	var b strings.Builder
	b.WriteString("comptoir round 1\n")
	for _, d := range documents {
		b.WriteString(strings.ToLower(d.SHA256) + " " + strconv.FormatInt(d.Size, 10) + " " + strconv.Quote(d.Name) + "\n")
	}
	return Sum(b.String())
}
