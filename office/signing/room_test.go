package signing_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/attachments"
	"comptoir/office/contracts"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/outbox"
	"comptoir/office/signing"
	"comptoir/rules/evidence"
)

var (
	ctx   = context.Background()
	clerk = officetest.Staff
)

// press imitates the seal: what it writes is the document and the record that it was given.
type press struct {
	broken atomic.Bool // the library fails
	sealed atomic.Int64
}

func (p *press) Inspect(r io.ReaderAt, size int64) (int, error) {
	b := make([]byte, 5)
	if _, err := r.ReadAt(b, 0); err != nil || string(b) != "%PDF-" {
		return 0, fault.New(fault.Invalid, "fault.seal.not_pdf")
	}
	return 1, nil
}

func (p *press) Seal(_ context.Context, w io.Writer, original io.ReaderAt, size int64, r evidence.Record) (string, error) {
	if _, err := io.Copy(w, io.NewSectionReader(original, 0, size)); err != nil {
		return "", err
	}
	if p.broken.Load() {
		return "", fmt.Errorf("press: no ink")
	}
	if found := evidence.Check(r); len(found) > 0 {
		return "", fmt.Errorf("press: %v", found)
	}
	p.sealed.Add(1)
	b, err := evidence.Marshal(r)
	if err == nil {
		_, err = w.Write(append([]byte("\nSEAL\n"), b...))
	}
	return strings.Repeat("ab", 32), err
}

func (p *press) Verify(_ context.Context, _ string, r io.ReaderAt, size int64) (signing.Verdict, error) {
	b, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		return signing.Verdict{}, err
	}
	_, record, sealed := bytes.Cut(b, []byte("\nSEAL\n"))
	if !sealed {
		return signing.Verdict{Verdict: "unsealed"}, nil
	}
	v := signing.Verdict{Verdict: "sealed", Record: new(evidence.Record)}
	return v, json.Unmarshal(record, v.Record)
}

// room is a firm with a contract, its documents, and people to ask.
type room struct {
	*officetest.Firm
	*signing.Service
	t         testing.TB
	contracts *contracts.Service
	press     *press
	customer  customers.Customer
	contract  string
	files     []string // public ids
	password  string   // that is right
	raw       *sql.DB
}

// door imitates the room of passwords: one password is right.
type door struct {
	*room
}

func (d door) Prove(_ context.Context, who actor.Actor, password, _ string) (actor.Actor, error) {
	if password != d.password {
		var f fault.Form
		f.Add("old", "fault.password_old")
		return who, f.Err()
	}
	return who, nil
}
func (d door) TakeMail(ctx context.Context, tx *db.Tx, address string) (bool, error) {
	return d.Firm.Access.TakeMail(ctx, tx, address)
}
func (d door) TakeCode(ctx context.Context, tx *db.Tx, email string) (time.Duration, error) {
	return d.Firm.Access.TakeCode(ctx, tx, email)
}
func (d door) Token(publicID string) string { return d.Firm.Access.Token(publicID) }

func newRoom(t testing.TB) *room {
	t.Helper()
	f := officetest.New(t)
	r := &room{Firm: f, t: t, press: &press{}, password: "juste", raw: dbtest.Raw(t, f.Path)}
	t.Cleanup(func() { r.Must(r.raw.Close()) })
	ids := id.Seeded(11)
	r.contracts = contracts.New(contracts.Deps{DB: f.DB, IDs: ids, Attachments: attachments.New(attachments.Deps{DB: f.DB, IDs: ids, Files: f.Files}), IssueLink: f.Access.IssueContractLink,
		OnFileChange: func(ctx context.Context, tx *db.Tx, who actor.Actor, contractID, fileID int64) error {
			return r.FileChanged(ctx, tx, who, contractID, fileID)
		},
		OnDecided: func(ctx context.Context, tx *db.Tx, who actor.Actor, contractID int64) error {
			return r.CancelRounds(ctx, tx, who, contractID)
		}})
	r.Service = signing.New(signing.Deps{DB: f.DB, IDs: ids, Files: f.Files, Access: door{r}, Sealer: r.press, Key: []byte("0123456789abcdef0123456789abcdef"), IssueLink: f.Access.IssueContractLink, Version: "test",
		Device: func() string { return "poste-1" }})
	r.customer = f.Customer("Client", func(c *customers.Customer) {
		c.Contacts = append(c.Contacts, customers.Contact{Name: "Sam Second", Email: "sam@client.example", Language: "en", PortalAccess: true})
	})
	r.another()
	return r
}

// another makes another contract with a document; what follows is about that one.
func (r *room) another() {
	r.t.Helper()
	v, err := r.contracts.Save(ctx, clerk, r.Key(), contracts.Form{Title: "Bail commercial", CustomerID: r.customer.PublicID, Currency: "EUR"})
	r.Must(err)
	r.contract, r.files = v.PublicID, nil
	r.add("Contrat.pdf", "%PDF-1.7 un")
}

func (r *room) add(name, content string) {
	r.t.Helper()
	staged, err := r.contracts.StageFile(ctx, clerk, name, strings.NewReader(content))
	r.Must(err)
	list, err := r.contracts.AddFiles(ctx, clerk, contracts.AddFiles{Key: r.Key(), ContractID: r.contract, Files: []contracts.NewFile{{File: staged}}})
	r.Must(err)
	r.files = append(r.files, list[0].ID)
}

// rewrite gives the first document another version.
func (r *room) rewrite(content string) error {
	staged, err := r.contracts.StageFile(ctx, clerk, "Contrat.pdf", strings.NewReader(content))
	if err != nil {
		return err
	}
	_, err = r.contracts.AddVersion(ctx, clerk, contracts.AddVersion{Key: r.Key(), ContractID: r.contract, FileID: r.files[0], File: staged})
	return err
}

// contact is the n-th contact of the customer with a session by password.
func (r *room) contact(n int) actor.Actor {
	r.t.Helper()
	k := r.customer.Contacts[n]
	who := actor.Actor{Kind: actor.Contact, ID: k.ID, Name: k.Name, CustomerID: r.customer.ID, Trust: actor.TrustPassword, Lang: k.Language, Address: "192.0.2.1"}
	r.exec("INSERT INTO portal_sessions (token_hash, public_id, contact_id, trust, proved_at, user_agent, address, created_at, seen_at, idle_until, expires_at) VALUES (?, ?, ?, 2, '', 'x', '192.0.2.1', '2026-01-01', '2026-01-01', '2099', '2099')", fmt.Sprintf("%064d", r.count("SELECT count(*) FROM portal_sessions")), r.Key(), k.ID)
	who.SessionID = r.count("SELECT max(id) FROM portal_sessions")
	return who
}

func (r *room) exec(query string, args ...any) {
	r.t.Helper()
	_, err := r.raw.Exec(query, args...)
	r.Must(err)
}

func (r *room) count(query string, args ...any) (n int64) {
	r.t.Helper()
	r.Must(r.raw.QueryRow(query, args...).Scan(&n))
	return n
}

func (r *room) text(query string, args ...any) (s string) {
	r.t.Helper()
	r.Must(r.raw.QueryRow(query, args...).Scan(&s))
	return s
}

// party adds a contact by its number, a guest by its address, or the clerk ("user").
func (r *room) party(kind, who string) signing.Centre {
	r.t.Helper()
	in := signing.PartyForm{ContractID: r.contract, Kind: kind, Capacity: "gérant"}
	switch {
	case who == "user":
		in.Type, in.PersonID = "user", r.text("SELECT public_id FROM users WHERE id = 1")
	case strings.Contains(who, "@"):
		in.Type, in.Name, in.Email, in.Language = "guest", "Me Aubry", who, "fr"
	default:
		in.Type, in.PersonID = "contact", r.customer.Contacts[int(who[0]-'0')].PublicID
	}
	c, err := r.AddParty(ctx, clerk, r.Key(), in)
	r.Must(err)
	return c
}

// start sets a centre up with all documents and begins its round.
func (r *room) start(kind string, ordered bool, parties ...string) signing.Centre {
	r.t.Helper()
	for _, p := range parties {
		r.party(kind, p)
	}
	c, err := r.Centre(ctx, clerk, r.contract, kind)
	r.Must(err)
	c, err = r.SaveCentre(ctx, clerk, signing.CentreForm{ContractID: r.contract, Kind: kind, Version: c.Version, Ordered: ordered, DueOn: "2026-12-15", Message: "Merci de répondre.", FileIDs: r.files})
	r.Must(err)
	c, err = r.Start(ctx, clerk, r.Key(), signing.StartForm{ContractID: r.contract, Kind: kind, Version: c.Version, MakeVisible: true})
	r.Must(err)
	return c
}

func (r *room) centre(kind string) signing.Centre {
	r.t.Helper()
	c, err := r.Centre(ctx, clerk, r.contract, kind)
	r.Must(err)
	return c
}

// mine gives the visitor's round of a kind.
func (r *room) mine(who actor.Actor, kind string) signing.PortalRound {
	r.t.Helper()
	list, err := r.PortalRounds(ctx, who, r.contract)
	r.Must(err)
	for _, v := range list {
		if v.Kind == kind {
			return v
		}
	}
	r.t.Fatalf("%s is in no round of %s", who.Name, kind)
	return signing.PortalRound{}
}

// say is an answer to what the visitor sees now.
func (r *room) say(v signing.PortalRound) signing.Decide {
	return signing.Decide{Key: r.Key(), ContractID: r.contract, TurnID: v.TurnID, Digest: v.Digest}
}

// form is a signature of what the visitor sees now.
func (r *room) form(v signing.PortalRound, method string) signing.Sign {
	return signing.Sign{Key: r.Key(), ContractID: r.contract, TurnID: v.TurnID, Digest: v.Digest, Method: method, Password: r.password, Consent: true, ConsentVersion: v.Consent.Version, Language: v.Consent.Language,
		TypedName: v.MyName, Drawing: evidence.Drawing{Path: "M 1 1 L 50 40", Width: 100, Height: 50}, TimeZone: "Europe/Paris", UserAgent: "Firefox", SessionRef: "s1"}
}

// guest is an outside person who came by its link.
func (r *room) guest(email string) actor.Actor {
	return actor.Actor{Kind: actor.Guest, ID: r.count("SELECT g.id FROM contract_guests g JOIN contracts c ON c.id = g.contract_id WHERE g.email = ? AND c.public_id = ?", email, r.contract), Name: "Me Aubry", Contract: r.contract, Lang: "fr", Address: "192.0.2.7", Trust: actor.TrustLink}
}

// mailed gives the code in the newest mail with one.
func (r *room) mailed() string {
	r.t.Helper()
	var args map[string]string
	r.Must(json.Unmarshal([]byte(r.text("SELECT args FROM mails WHERE kind = 'contract_code' ORDER BY id DESC LIMIT 1")), &args))
	return r.Code(args["code_of"], args["round"])
}

// work does the jobs that wait.
func (r *room) work() {
	r.t.Helper()
	w := outbox.NewWorker(outbox.Config{DB: r.DB, IDs: id.Seeded(13)})
	for kind, fn := range r.Jobs() {
		w.Handle(kind, fn)
	}
	_, err := w.RunJobs(ctx)
	r.Must(err)
}

func (r *room) state() string {
	r.t.Helper()
	return r.text("SELECT state FROM contracts WHERE public_id = ?", r.contract)
}

// sound proves every chain of the contract.
func (r *room) sound() {
	r.t.Helper()
	for _, roundID := range dbtest.Strings(r.t, r.raw, "SELECT r.public_id FROM contract_rounds r JOIN contracts c ON c.id = r.contract_id WHERE c.public_id = ?", r.contract) {
		p, err := r.Evidence(ctx, clerk, roundID)
		r.Must(err)
		if !p.Sound {
			r.t.Errorf("round %s: %v", roundID, p.Findings)
		}
	}
}

func stringsReader(s string) io.Reader { return strings.NewReader(s) }

func addVersion(r *room, f attachments.Staged) contracts.AddVersion {
	return contracts.AddVersion{Key: r.Key(), ContractID: r.contract, FileID: r.files[0], File: f}
}
