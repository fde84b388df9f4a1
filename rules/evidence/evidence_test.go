package evidence_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"comptoir/core/fault"
	"comptoir/rules/evidence"
)

var noon = time.Date(2026, 11, 22, 11, 0, 0, 123_456_789, time.FixedZone("CET", 3600))

var sha = evidence.Sum("the document")

// record is a round of n signers, with a restart before the first signature that counts.
func record(n int) evidence.Record {
	r := evidence.Record{Envelope: "e1", Lang: "fr", Zone: "Europe/Paris", Firm: evidence.Firm{Name: "Atelier"}, Completed: noon,
		Document: evidence.Document{Name: "Contrat.pdf", SHA256: sha, Size: 10, Pages: 1}}
	events := []evidence.Event{
		{At: noon, Kind: evidence.Created, Who: "Claire", Document: "before"},
		{At: noon, Kind: evidence.Signed, Who: "S0", Signer: "s0", Document: "before"},
		{At: noon, Kind: evidence.Restarted, Who: "Claire", Document: sha},
	}
	for i := range n {
		id, who := fmt.Sprintf("s%d", i), fmt.Sprintf("Signataire <%d> & Cie", i)
		r.Signers = append(r.Signers, evidence.Signer{ID: id, Name: who, Method: evidence.Code, MethodAt: noon, SentAt: noon, SignedAt: noon, Consent: "J’accepte."})
		events = append(events, evidence.Event{At: noon.Add(time.Duration(i) * time.Minute), Kind: evidence.Opened, Who: who, Signer: id, IP: "192.168.1.9"},
			evidence.Event{At: noon.Add(time.Duration(i) * time.Minute), Kind: evidence.Signed, Who: who, Signer: id, Document: sha})
	}
	r.Events = evidence.Chain(evidence.Root(r.Envelope), events)
	return r
}

func closed(t interface{ Fatal(...any) }, n int) evidence.Record {
	r, err := evidence.Close(record(n))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCloseKeepsWhatItIsGiven(t *testing.T) {
	r := closed(t, 2)
	if len(evidence.Check(r)) > 0 || r.Form != evidence.Form || r.Completed.Location() != time.UTC || r.Completed.Nanosecond() != 123_000_000 || r.Signers[1].ConsentSHA256 != evidence.Sum("J’accepte.") {
		t.Errorf("%+v", r)
	}
	text, err := evidence.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	back, err := evidence.Unmarshal(text)
	if err != nil || !reflect.DeepEqual(back, r) || len(evidence.Check(back)) > 0 {
		t.Errorf("%v: read back as %+v", err, back)
	}
	if !strings.Contains(string(text), "Signataire <1> & Cie") {
		t.Error("names are escaped for a page")
	}
}

// The forms of hashing never change: files that are sealed today are verified in thirty years.
func TestHashesStayAsTheyAre(t *testing.T) {
	r := closed(t, 2)
	for what, pair := range map[string][2]string{
		"root":   {evidence.Root("e1"), "56bdca3d7c206fb4"},
		"event":  {r.Events[4].Hash, "e574ff54d4f113f8"},
		"record": {r.Digest, "1099e84a3ed2e64e"},
	} {
		if !strings.HasPrefix(pair[0], pair[1]) {
			t.Errorf("%s: %s", what, pair[0])
		}
	}
}

// Whatever is altered, dropped, swapped, repeated or put in is found by the chain alone.
func TestAnyAlteredEventIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := closed(t, rapid.IntRange(1, 5).Draw(t, "signers"))
		events := append([]evidence.Event(nil), r.Events...)
		i := rapid.IntRange(0, len(events)-1).Draw(t, "event")
		j := rapid.IntRange(0, len(events)-1).Filter(func(j int) bool { return j != i }).Draw(t, "other")
		whole := true // the chain alone finds it; else the record's digest does
		switch rapid.IntRange(0, 4).Draw(t, "how") {
		case 0:
			alter(t, &events[i])
		case 1:
			whole = i < len(events)-1 // the last one leaves no gap
			events = append(events[:i], events[i+1:]...)
		case 2:
			events[i], events[j] = events[j], events[i]
		case 3:
			events = append(events[:i], append([]evidence.Event{events[i]}, events[i:]...)...)
		case 4:
			events[i] = evidence.Next(events[i].Previous, events[i].N-1, evidence.Event{Kind: "forged"})
			whole = i < len(events)-1
		}
		if whole && len(evidence.CheckEvents(evidence.Root(r.Envelope), events)) == 0 {
			t.Fatal("the chain does not tell")
		}
		r.Events = events
		if len(evidence.Check(r)) == 0 {
			t.Fatal("the record does not tell")
		}
	})
}

// alter changes one field of an event.
func alter(t *rapid.T, e *evidence.Event) {
	v := reflect.ValueOf(e).Elem()
	switch f := v.Field(rapid.IntRange(0, v.NumField()-1).Draw(t, "field")); f.Kind() {
	case reflect.String:
		f.SetString(f.String() + rapid.SampledFrom([]string{" ", "x", "\u200b"}).Draw(t, "more"))
	case reflect.Int:
		f.SetInt(f.Int() + 1)
	default:
		e.At = e.At.Add(time.Millisecond)
	}
}

// What a browser says of itself may be any bytes; the event that is read again is the one that was
// hashed, and hashes of words in UTF-8 are what they were.
func TestAnyBytesAreKeptAsTheyAreHashed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bytes := rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })
		e := evidence.Next(evidence.Root("e1"), 0, evidence.Event{Kind: evidence.Opened, Who: bytes.Draw(t, "who"), UserAgent: bytes.Draw(t, "agent"), Detail: bytes.Draw(t, "detail")})
		stored, err := json.Marshal(e)
		var again evidence.Event
		if err != nil || json.Unmarshal(stored, &again) != nil || len(evidence.CheckEvents(evidence.Root("e1"), []evidence.Event{again})) > 0 {
			t.Fatalf("%v %s", err, stored)
		}
		r := record(1)
		r.Signers[0].UserAgent, r.Events = e.UserAgent+bytes.Draw(t, "more"), evidence.Chain(evidence.Root(r.Envelope), r.Events)
		if r, err = evidence.Close(r); err != nil {
			t.Fatal(err)
		}
		if stored, err = evidence.Marshal(r); err != nil {
			t.Fatal(err)
		}
		if r, err = evidence.Unmarshal(stored); err != nil || len(evidence.Check(r)) > 0 {
			t.Fatalf("%v %v", err, evidence.Check(r))
		}
	})
}

// Every field of a record is under its digest.
func TestAnyAlteredFieldIsFound(t *testing.T) {
	var visit func(v reflect.Value, path string, check func(path string))
	visit = func(v reflect.Value, path string, check func(path string)) {
		switch {
		case v.Type() == reflect.TypeFor[time.Time]():
			was := v.Interface().(time.Time)
			v.Set(reflect.ValueOf(was.Add(time.Millisecond)))
			check(path)
			v.Set(reflect.ValueOf(was))
		case v.Kind() == reflect.String:
			was := v.String()
			v.SetString(was + "x")
			check(path)
			v.SetString(was)
		case v.Kind() == reflect.Int || v.Kind() == reflect.Int64:
			v.SetInt(v.Int() + 1)
			check(path)
			v.SetInt(v.Int() - 1)
		case v.Kind() == reflect.Slice:
			for i := range v.Len() {
				visit(v.Index(i), fmt.Sprintf("%s[%d]", path, i), check)
			}
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				visit(v.Field(i), path+"."+v.Type().Field(i).Name, check)
			}
		}
	}
	r, n := closed(t, 2), 0
	visit(reflect.ValueOf(&r).Elem(), "record", func(path string) {
		n++
		if len(evidence.Check(r)) == 0 {
			t.Errorf("%s can be altered", path)
		}
	})
	if n < 100 || len(evidence.Check(r)) > 0 {
		t.Errorf("%d fields tried, %v", n, evidence.Check(r))
	}
}

func TestWhatCheckNames(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*evidence.Record)
		want   evidence.Finding
	}{
		"an event rewritten":            {func(r *evidence.Record) { r.Events[3].Who = "X" }, evidence.Finding{What: evidence.EventChanged, N: 4}},
		"an event taken out":            {func(r *evidence.Record) { r.Events = append(r.Events[:3], r.Events[4:]...) }, evidence.Finding{What: evidence.EventMissing, N: 5}},
		"the order of events":           {func(r *evidence.Record) { r.Events[3], r.Events[4] = r.Events[4], r.Events[3] }, evidence.Finding{What: evidence.EventOrder, N: 5}},
		"other words agreed to":         {func(r *evidence.Record) { r.Signers[1].Consent += " Tout." }, evidence.Finding{What: evidence.ConsentChanged, N: 2}},
		"a signature without its event": {func(r *evidence.Record) { r.Signers = append(r.Signers, evidence.Signer{ID: "x"}) }, evidence.Finding{What: evidence.SignerUnproven, N: 3}},
		"an event without its signer":   {func(r *evidence.Record) { r.Signers = r.Signers[:1] }, evidence.Finding{What: evidence.SignerMissing, N: 7}},
		"another document":              {func(r *evidence.Record) { r.Document.SHA256 = evidence.Sum("other") }, evidence.Finding{What: evidence.OtherDocument, N: 5}},
		"another envelope":              {func(r *evidence.Record) { r.Envelope = "e2" }, evidence.Finding{What: evidence.EventMissing, N: 1}},
		"a name":                        {func(r *evidence.Record) { r.Signers[0].Name = "X" }, evidence.Finding{What: evidence.RecordChanged}},
		"nobody":                        {func(r *evidence.Record) { r.Signers = nil }, evidence.Finding{What: evidence.Incomplete}},
	} {
		r := closed(t, 2)
		c.change(&r)
		found := false
		for _, f := range evidence.Check(r) {
			found = found || f == c.want
		}
		if !found {
			t.Errorf("%s: %v", name, evidence.Check(r))
		}
	}
}

// A signature from before the document changed does not count for the new one.
func TestSignatureBeforeARestartIsNone(t *testing.T) {
	r := record(1)
	r.Events = evidence.Chain(evidence.Root(r.Envelope), r.Events[:3])
	if _, err := evidence.Close(r); err == nil {
		t.Error("a record was closed whose only signature is void")
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	good, _ := evidence.Marshal(closed(t, 1))
	for name, text := range map[string]string{
		"nothing": "", "no record": "[]", "unknown field": strings.Replace(string(good), `"form"`, `"more": 1, "form"`, 1), "two": string(good) + "{}", "cut": string(good[:len(good)/2]),
	} {
		if _, err := evidence.Unmarshal([]byte(text)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := evidence.Unmarshal([]byte(strings.Replace(string(good), `"form": 1`, `"form": 2, "new": true`, 1))); !errors.Is(err, evidence.ErrNewer) {
		t.Errorf("a newer form: %v", err)
	}
	if _, err := evidence.Unmarshal(make([]byte, evidence.MaxJSON+1)); !fault.Is(err, fault.Invalid) {
		t.Errorf("a huge one: %v", err)
	}
}

func TestDrawings(t *testing.T) {
	for path, want := range map[string]int{
		"M10 10L90 40":                          1,
		"M 10,10 20 20 30,10":                   2,
		"m10 10 5 5-5-5":                        2,
		"M10 10h20v10z":                         3,
		"M10 10Q20 0 30 10 40 20 50 10":         2,
		"M10 10c1 1 2 2 3 3 1.5.5 2-1 3 3":      2,
		"M10 10l0.1 0M20 20L30 30":              2,
		"":                                      0,
		"M10 10":                                0,
		"L10 10":                                0,
		"M10 10 S 1 1 2 2":                      0,
		"M10 10 L 1e5 4":                        0,
		"M10 10 L 500 4":                        0,
		"M10 10 L 4":                            0,
		"M10 10 L NaN 4":                        0,
		"M10 10z 1 1":                           0,
		"z":                                     0,
		strings.Repeat("M1 1L2 2", 3000):        0,
		"M1 1L2 2" + strings.Repeat(" ", 1<<17): 0,
		"M10 10 L 20 20 <script>alert()</script>": 0,
	} {
		d := evidence.Drawing{Path: path, Width: 100, Height: 50}
		strokes, err := d.Strokes()
		n := 0
		for _, s := range strokes {
			n += len(s.Curves)
		}
		if n != want || (err == nil) != (want > 0) || (evidence.CheckDrawing(d) == nil) != (want > 0) {
			t.Errorf("%.30q: %d lines, %v", path, n, err)
		}
	}
	png := []byte("\x89PNG\r\n\x1a\n")
	for name, d := range map[string]evidence.Drawing{
		"neither": {}, "both": {Path: "M1 1L2 2", PNG: png, Width: 9, Height: 9}, "no box": {Path: "M1 1L2 2"}, "no picture": {PNG: []byte("GIF89a")}, "a huge picture": {PNG: append(png, make([]byte, evidence.MaxPNG)...)},
	} {
		if !fault.Is(evidence.CheckDrawing(d), fault.Invalid) {
			t.Errorf("%s is taken", name)
		}
	}
	if err := evidence.CheckDrawing(evidence.Drawing{PNG: png}); err != nil {
		t.Error(err)
	}
	r := record(1)
	r.Signers[0].Drawn = &evidence.Drawing{}
	if _, err := evidence.Close(r); !fault.Is(err, fault.Invalid) {
		t.Errorf("closed with no drawing: %v", err)
	}
}

func FuzzDrawing(f *testing.F) {
	for _, s := range []string{"M10 10L90 40", "m1 1 2 2q1 1 2 2c0 0 1 1 2 2zh1v1", "M.5.5-1-1", "M1 1L1e9 1", "MMMM"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		strokes, err := evidence.Drawing{Path: path, Width: 300, Height: 150}.Strokes()
		if (err == nil) != (len(strokes) > 0) {
			t.Errorf("%d strokes, %v", len(strokes), err)
		}
	})
}

func FuzzUnmarshal(f *testing.F) {
	r, err := evidence.Close(record(2))
	if err != nil {
		f.Fatal(err)
	}
	good, _ := evidence.Marshal(r)
	f.Add(good)
	f.Add([]byte(`{"form":1,"signers":[{}],"events":null}`))
	f.Add([]byte(`{"form":99}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := evidence.Unmarshal(data)
		if err != nil {
			return
		}
		text, err := evidence.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := evidence.Unmarshal(text); err != nil || len(evidence.Check(again)) != len(evidence.Check(r)) {
			t.Errorf("%v: another record than was read", err)
		}
	})
}
