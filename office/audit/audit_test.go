package audit_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

var (
	ctx   = context.Background()
	staff = actor.Actor{Kind: actor.Staff, ID: 7, Role: actor.Principal, Name: "Ève \"la\" patronne\n", Lang: "fr"}
)

type order struct {
	Item string `json:"item"`
	N    int    `json:"n"`
}

// once runs a command that counts its own runs and answers with what it was asked.
func once(d *db.DB, key, kind string, body order, ran *int) (answer order, err error) {
	err = d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, key, kind, body, &answer, func() error {
			*ran++
			answer = order{Item: "done " + body.Item, N: *ran}
			return audit.Write(ctx, tx, staff, audit.Record{Action: "order.made", ObjectKind: "order", ObjectID: int64(body.N)})
		})
	})
	return answer, err
}

func TestACommandRunsOnce(t *testing.T) {
	d, ran := dbtest.New(t), 0
	first, err := once(d, "key-00000001", "order", order{"planche", 2}, &ran)
	if err != nil || first != (order{"done planche", 1}) {
		t.Fatalf("%+v %v", first, err)
	}
	again, err := once(d, "key-00000001", "order", order{"planche", 2}, &ran)
	if err != nil || again != first || ran != 1 {
		t.Errorf("a repeat gave %+v, %v after %d runs", again, err, ran)
	}
	for name, c := range map[string]struct {
		kind string
		body order
	}{"another body": {"order", order{"planche", 3}}, "another command": {"send", order{"planche", 2}}} {
		_, err := once(d, "key-00000001", c.kind, c.body, &ran)
		if e, ok := fault.As(err); !ok || e.Code != fault.Conflict || e.Key != "fault.command_reused" || ran != 1 {
			t.Errorf("%s: %v after %d runs", name, err, ran)
		}
	}
	if _, err := once(d, "key-00000002", "order", order{"planche", 2}, &ran); err != nil || ran != 2 {
		t.Errorf("another key: %v after %d runs", err, ran)
	}
}

func TestKeysOfCommandsAreJudged(t *testing.T) {
	d, ran := dbtest.New(t), 0
	for _, key := range []string{"", "short", "with space", "with\nbreak", "clé-accentuée", strings.Repeat("x", 101)} {
		_, err := once(d, key, "order", order{}, &ran)
		if e, ok := fault.As(err); !ok || e.Key != "fault.command_key" {
			t.Errorf("%q: %v", key, err)
		}
	}
	if _, err := once(d, strings.Repeat("x", 100), "order", order{}, &ran); err != nil || ran != 1 {
		t.Errorf("%v after %d runs", err, ran)
	}
}

// What fails or breaks leaves nothing, not even its key: the person may try again.
func TestAFailedCommandLeavesNothing(t *testing.T) {
	path := dbtest.File(t)
	d := dbtest.Open(t, path, db.Options{})
	broken := errors.New("no wood")
	for name, fn := range map[string]func() error{"error": func() error { return broken }, "panic": func() error { panic("saw") }} {
		func() {
			defer func() {
				if p := recover(); (p != nil) != (name == "panic") {
					t.Errorf("%s: recovered %v", name, p)
				}
			}()
			var answer order
			err := d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
				return audit.Once(ctx, tx, "key-00000001", "order", order{}, &answer, func() error {
					if err := audit.Write(ctx, tx, staff, audit.Record{Action: "order.made"}); err != nil {
						return err
					}
					return fn()
				})
			})
			if name == "error" && !errors.Is(err, broken) {
				t.Errorf("%v", err)
			}
		}()
		raw := dbtest.Raw(t, path)
		if n := dbtest.Int(t, raw, "SELECT (SELECT count(*) FROM commands) + (SELECT count(*) FROM audit_log)"); n != 0 {
			t.Errorf("%s left %d rows", name, n)
		}
	}
	ran := 0
	if _, err := once(d, "key-00000001", "order", order{}, &ran); err != nil || ran != 1 {
		t.Errorf("the writer is not free: %v after %d runs", err, ran)
	}
}

func TestTheLogIsAChain(t *testing.T) {
	d := dbtest.New(t)
	records := []audit.Record{
		{Action: "company.created", ObjectKind: "company", ObjectID: 1, Details: map[string]any{"country": "FR", "demo": false}},
		{Action: "invoice.issued", ObjectKind: "document", ObjectID: 9, Details: map[string]any{"number": "F-1", "total_minor": 12_00}},
		{Action: "nothing.more"},
	}
	for _, r := range records {
		if err := d.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return audit.Write(ctx, tx, staff, r) }); err != nil {
			t.Fatal(err)
		}
	}
	var rows []gen.AuditLog
	if err := d.Read(ctx, func(q *gen.Queries) (err error) {
		rows, err = q.AuditPage(ctx, gen.AuditPageParams{RowLimit: 10})
		return err
	}); err != nil || len(rows) != 3 {
		t.Fatal(rows, err)
	}
	previous := ""
	for i, r := range rows {
		want := audit.Hash(previous, gen.InsertAuditParams{At: r.At, ActorKind: r.ActorKind, ActorID: r.ActorID, ActorName: r.ActorName, Action: r.Action, ObjectKind: r.ObjectKind, ObjectID: r.ObjectID, Details: r.Details})
		if r.Hash != want || r.ActorName != staff.Name || r.Action != records[i].Action {
			t.Errorf("row %d: %+v", i, r)
		}
		previous = r.Hash
	}
	if rows[1].Details != `{"number":"F-1","total_minor":1200}` || rows[2].Details != "{}" {
		t.Errorf("details %s, %s", rows[1].Details, rows[2].Details)
	}
	err := d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Write(ctx, tx, staff, audit.Record{Details: map[string]any{"no": make(chan int)}})
	})
	if err == nil {
		t.Error("details that are no JSON were taken")
	}
}

// No two different rows give one link: what stands in one field cannot slip into the next.
func TestHashTellsFieldsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := func(name string) gen.InsertAuditParams {
			s := rapid.StringOfN(rapid.RuneFrom([]rune("a\n\"\\ é")), 0, 4, -1)
			return gen.InsertAuditParams{ActorName: s.Draw(t, name+" name"), Action: s.Draw(t, name+" action"), ObjectKind: s.Draw(t, name+" kind"), Details: s.Draw(t, name+" details"), ObjectID: rapid.Int64Range(0, 2).Draw(t, name+" id")}
		}
		a, b := row("a"), row("b")
		if (audit.Hash("", a) == audit.Hash("", b)) != (a == b) || audit.Hash("x", a) == audit.Hash("", a) {
			t.Errorf("%+v and %+v", a, b)
		}
	})
}

func TestNotify(t *testing.T) {
	d := dbtest.New(t)
	if err := d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Notify(ctx, tx, "payment_received", map[string]any{"number": "F-1", "amount_minor": 100}, "document", "abc")
	}); err != nil {
		t.Fatal(err)
	}
	if err := d.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.Notifications(ctx, gen.NotificationsParams{BeforeID: 1 << 40, RowLimit: 10})
		if len(rows) != 1 || rows[0].Kind != "payment_received" || rows[0].ObjectID != "abc" || rows[0].Args != `{"amount_minor":100,"number":"F-1"}` || rows[0].ReadAt != nil {
			t.Errorf("%+v", rows)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
