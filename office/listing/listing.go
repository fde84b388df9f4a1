// Package listing turns a person's list request into a page by key, and back.
//
// What lives here: the cursor of the window's lists. What must not: what a list shows
// (the rooms). Called by the office rooms that have lists.
package listing

import (
	"encoding/base64"
	"encoding/json"

	"comptoir/core/fault"
	"comptoir/db"
)

// Query is what every list of the window may be asked.
type Query struct {
	Search string `json:"search"`
	Sort   string `json:"sort"`
	Desc   bool   `json:"desc"`
	After  string `json:"after"` // cursor of the page before, "" = the first
	Limit  int    `json:"limit"` // 1 to 500; 0 = 100
}

type key struct {
	Value any   `json:"v"`
	ID    int64 `json:"i"`
}

// maxKey is the largest number that JSON carries exactly; amounts stay below it (money.Max).
const maxKey = 1 << 53

// Page reads the request; one row more than asked for is fetched, to know whether there is more.
func (q Query) Page() (db.Page, error) {
	p := db.Page{Sort: q.Sort, Desc: q.Desc, Limit: q.Limit}
	if p.Limit <= 0 {
		p.Limit = 100
	}
	p.Limit = min(p.Limit, 500) + 1
	if q.After == "" {
		return p, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(q.After)
	var k key
	if err == nil {
		err = json.Unmarshal(b, &k)
	}
	if err != nil {
		return db.Page{}, fault.New(fault.Invalid, "fault.invalid").With(err)
	}
	switch v := k.Value.(type) {
	case string:
	case float64:
		if v < -maxKey || v > maxKey {
			return db.Page{}, fault.New(fault.Invalid, "fault.invalid")
		}
		k.Value = int64(v)
	default: // not of ours: the database takes no lists and no objects
		return db.Page{}, fault.New(fault.Invalid, "fault.invalid")
	}
	p.HasKey, p.After, p.AfterID = true, k.Value, k.ID
	return p, nil
}

// Cut takes the row too many off and gives the cursor of the next page, "" on the last.
func Cut[T any](rows []T, p db.Page, keyOf func(T) (any, int64)) (shown []T, next string, err error) {
	if len(rows) < p.Limit {
		return rows, "", nil
	}
	rows = rows[:p.Limit-1]
	value, id := keyOf(rows[len(rows)-1])
	if s, ok := value.([]byte); ok {
		value = string(s)
	}
	b, err := json.Marshal(key{Value: value, ID: id})
	if err != nil {
		return nil, "", err
	}
	return rows, base64.RawURLEncoding.EncodeToString(b), nil
}
