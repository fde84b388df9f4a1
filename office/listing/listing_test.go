package listing_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/office/listing"
)

type row struct {
	key any
	id  int64
}

func keyOf(r row) (any, int64) { return r.key, r.id }

// The cursor of a page is the key of its last row, whatever that is.
func TestCursorComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.OneOf(rapid.Map(rapid.String(), func(s string) any { return strings.ToValidUTF8(s, "?") }),
			rapid.Map(rapid.Int64Range(-money.Max, money.Max), func(n int64) any { return n })).Draw(t, "key")
		r := row{key, rapid.Int64().Draw(t, "id")}
		p, err := listing.Query{Limit: 1}.Page()
		if err != nil {
			t.Fatal(err)
		}
		shown, next, err := listing.Cut([]row{r, {"more", 2}}, p, keyOf)
		if err != nil || len(shown) != 1 || next == "" {
			t.Fatal(shown, next, err)
		}
		back, err := listing.Query{After: next}.Page()
		if err != nil || !back.HasKey || back.After != r.key || back.AfterID != r.id {
			t.Errorf("%v %d came back as %v %d, %v", r.key, r.id, back.After, back.AfterID, err)
		}
	})
}

func TestLimits(t *testing.T) {
	for asked, want := range map[int]int{0: 101, -5: 101, 1: 2, 500: 501, 1 << 30: 501} {
		if p, err := (listing.Query{Limit: asked}).Page(); err != nil || p.Limit != want || p.HasKey {
			t.Errorf("%d: %+v %v", asked, p, err)
		}
	}
	p := db.Page{Limit: 3}
	for n, want := range map[int]string{0: "", 1: "", 2: ""} {
		if shown, next, err := listing.Cut(make([]row, n), p, keyOf); err != nil || len(shown) != n || next != want {
			t.Errorf("%d rows: %d, %q, %v", n, len(shown), next, err)
		}
	}
	if shown, next, err := listing.Cut([]row{{[]byte("é"), 1}, {[]byte("ü"), 2}, {"z", 3}}, p, keyOf); err != nil || len(shown) != 2 || next == "" {
		t.Errorf("%v %q %v", shown, next, err)
	}
}

// A cursor that was made up is refused before it reaches the database.
func TestForgedCursors(t *testing.T) {
	forge := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for _, after := range []string{"!", "aaa=", forge(" "), forge("{"), forge("[]"), forge("null"), forge("7"), forge(`"x"`), forge(`{"v":[1],"i":1}`), forge(`{"v":{"a":1},"i":1}`),
		forge(`{"v":true,"i":1}`), forge(`{"v":null,"i":1}`), forge(`{"i":1}`), forge(`{"v":1e300,"i":1}`), forge(`{"v":"a","i":"1"}`), forge(`{"v":"a","i":1.5}`), forge(`{"v":"a","i":1}{}`)} {
		if p, err := (listing.Query{After: after}).Page(); !fault.Is(err, fault.Invalid) || p.HasKey {
			t.Errorf("%q: %+v %v", after, p, err)
		}
	}
}
