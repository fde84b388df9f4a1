package portal_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/contracts"
	"comptoir/office/customers"
	"comptoir/office/files"
	"comptoir/office/schedule"
	"comptoir/office/signing"
	"comptoir/rules/evidence"
)

// contracting is the part of the company that has contracts.
type contracting struct {
	contracts *contracts.Service
	signing   *signing.Service
	schedule  *schedule.Service
	// A contract that Claire asks for and is asked about, one of hers that is hidden, one of Bruno's.
	deal, toSign, hiddenDeal, foreignDeal string // toSign waits for signatures alone
	// Its attachments: to be seen, hidden, hidden but asked about; that of the hidden contract.
	shownPaper, secretPaper, askedPaper, leasePaper, foreignPaper string
	guest, signer                                                 string // paths of the links of Me Aubry, for deal and for toSign
}

// stamp stands for edge/seal: every file that begins as a PDF may be signed.
type stamp struct{}

func (stamp) Inspect(r io.ReaderAt, _ int64) (int, error) {
	b := make([]byte, 5)
	if _, err := r.ReadAt(b, 0); err != nil || string(b) != "%PDF-" {
		return 0, fault.New(fault.Invalid, "fault.seal.not_pdf")
	}
	return 3, nil
}

func (stamp) Seal(_ context.Context, w io.Writer, original io.ReaderAt, size int64, r evidence.Record) (string, error) {
	b, err := evidence.Marshal(r)
	if err == nil {
		_, err = io.Copy(w, io.MultiReader(io.NewSectionReader(original, 0, size), bytes.NewReader(b)))
	}
	return strings.Repeat("ab", 32), err
}

func (stamp) Verify(context.Context, string, io.ReaderAt, int64) (signing.Verdict, error) {
	return signing.Verdict{Verdict: "unknown"}, nil
}

func (f *firm) withContracts(store *files.Store) {
	ids := id.Seeded(77)
	f.signing = signing.New(signing.Deps{DB: f.db, IDs: ids, Files: store, Access: f.access, Sealer: stamp{}, Key: []byte(strings.Repeat("s", 32)), IssueLink: f.access.IssueContractLink})
	f.contracts = contracts.New(contracts.Deps{DB: f.db, IDs: ids, Attachments: f.files, IssueLink: f.access.IssueContractLink, OnFileChange: f.signing.FileChanged})
	f.access.OnScanned(f.signing.Scanned)
	f.schedule = schedule.New(schedule.Deps{DB: f.db, Sales: f.sales, Recurring: f.recurring, Seen: func(ctx context.Context, q *gen.Queries, who actor.Actor, contractID string) (int64, error) {
		row, err := contracts.SeenBy(ctx, q, f.db.Now(), who, contractID)
		return row.ID, err
	}})
}

func keyFor(what, name string) string { return fmt.Sprintf("%s-%.36x", what, name) }

// contractsToo fills the contracts in.
func contractsToo(f *firm) { f.hasContracts = true }

// newContract makes a contract with one attachment of each name; what begins with "+" is shown.
func (f *firm) newContract(c customers.Customer, title string, papers ...string) (contractID string, ids []string) {
	f.Helper()
	ctx := f.Context()
	v, err := f.contracts.Save(ctx, f.staff, keyFor("contract", title), contracts.Form{Title: title, CustomerID: c.PublicID, Currency: "EUR", ValueMinor: 12_000_00, StartOn: "2026-12-01", EndOn: "2027-11-30", Description: "Pose et *entretien*.", Notes: "marge : 40 %"})
	f.must(err)
	for _, name := range papers {
		staged, err := f.contracts.StageFile(ctx, f.staff, strings.TrimPrefix(name, "+"), strings.NewReader("%PDF-1.7 "+title+name))
		f.must(err)
		list, err := f.contracts.AddFiles(ctx, f.staff, contracts.AddFiles{Key: keyFor("paper", name+title), ContractID: v.PublicID, Files: []contracts.NewFile{{File: staged}}})
		f.must(err)
		ids = append(ids, list[0].ID)
		if strings.HasPrefix(name, "+") {
			f.must(f.contracts.Show(ctx, f.staff, contracts.Pick{ContractID: v.PublicID, FileIDs: []string{list[0].ID}}, true))
		}
	}
	return v.PublicID, ids
}

func (f *firm) shareContract(id string, c customers.Customer) {
	f.Helper()
	v, err := f.contracts.Get(f.Context(), f.staff, id)
	f.must(err)
	_, err = f.contracts.ShareContract(f.Context(), f.staff, contracts.Share{Key: "share-" + id, ContractID: id, Version: v.Version, RequesterID: c.Contacts[0].PublicID})
	f.must(err)
}

// fillContracts makes them: Claire is asked to approve and to sign, Me Aubry to sign.
func (f *firm) fillContracts() {
	f.Helper()
	ctx := f.Context()
	var papers []string
	f.deal, papers = f.newContract(f.claire, "Entretien des menuiseries", "+plan.pdf", "prix.pdf", "contrat.pdf")
	f.shownPaper, f.secretPaper, f.askedPaper = papers[0], papers[1], papers[2]
	for _, m := range []contracts.Milestone{{Title: "Commande", AmountMinor: 4_000_00, Bill: "deposit", DueOn: "2026-12-15"}, {Title: "Contrôle interne", Bill: "invoice"}} {
		list, err := f.contracts.SaveMilestone(ctx, f.staff, keyFor("milestone", m.Title), f.deal, m)
		f.must(err)
		if m.AmountMinor == 0 {
			_, err = f.contracts.ShowMilestone(ctx, f.staff, f.deal, list[len(list)-1].PublicID, false)
			f.must(err)
		}
	}
	f.shareContract(f.deal, f.claire)
	f.askAbout(f.deal, signing.Approval, f.askedPaper, signing.PartyForm{Type: "contact", PersonID: f.claire.Contacts[0].PublicID})
	f.askAbout(f.deal, signing.Signature, f.askedPaper, signing.PartyForm{Type: "contact", PersonID: f.claire.Contacts[0].PublicID}, aubry)
	f.toSign, papers = f.newContract(f.claire, "Location de l’atelier", "+bail.pdf")
	f.leasePaper = papers[0]
	f.shareContract(f.toSign, f.claire)
	f.askAbout(f.toSign, signing.Signature, f.leasePaper, signing.PartyForm{Type: "contact", PersonID: f.claire.Contacts[0].PublicID}, aubry)
	f.guest, f.signer = f.guestPath(f.deal), f.guestPath(f.toSign)
	f.hiddenDeal, _ = f.newContract(f.claire, "Avenant à venir", "+avenant.pdf")
	f.foreignDeal, papers = f.newContract(f.bruno, "Fourniture du four", "+four.pdf")
	f.foreignPaper = papers[0]
	f.shareContract(f.foreignDeal, f.bruno)
}

var aubry = signing.PartyForm{Type: "guest", Name: "Me Aubry", Email: "aubry@notaire.example", Language: "fr", Capacity: "témoin"}

// guestPath is the path of the link by which Me Aubry comes to a contract.
func (f *firm) guestPath(contractID string) string {
	f.Helper()
	return "/c/" + f.access.Token(dbtest.Strings(f, f.raw, "SELECT g.public_id FROM contract_guests g JOIN contracts c ON c.id = g.contract_id WHERE c.public_id = ?", contractID)[0])
}

// askAbout begins a round about the paper that is asked about.
func (f *firm) askAbout(contractID, kind, paper string, parties ...signing.PartyForm) {
	f.Helper()
	ctx := f.Context()
	c, err := f.signing.Centre(ctx, f.staff, contractID, kind)
	f.must(err)
	_, err = f.signing.SaveCentre(ctx, f.staff, signing.CentreForm{ContractID: contractID, Kind: kind, Version: c.Version, Ordered: false, FileIDs: []string{paper}})
	f.must(err)
	for i, p := range parties {
		p.ContractID, p.Kind = contractID, kind
		c, err = f.signing.AddParty(ctx, f.staff, fmt.Sprintf("party-%s-%s-%d", kind, contractID, i), p)
		f.must(err)
	}
	_, err = f.signing.Start(ctx, f.staff, "start-"+kind+contractID, signing.StartForm{ContractID: contractID, Kind: kind, Version: c.Version, MakeVisible: true})
	f.must(err)
}

// round is the round of a kind as a visitor of the contract sees it.
func (f *firm) round(who actor.Actor, kind string) signing.PortalRound {
	f.Helper()
	return f.roundOf(who, f.deal, kind)
}

func (f *firm) roundOf(who actor.Actor, contractID, kind string) signing.PortalRound {
	f.Helper()
	list, err := f.signing.PortalRounds(f.Context(), who, contractID)
	f.must(err)
	for _, r := range list {
		if r.Kind == kind {
			return r
		}
	}
	f.Fatalf("no round of %s", kind)
	return signing.PortalRound{}
}

// asClaire is Claire with her password, for what is asked past the pages.
func (f *firm) asClaire() actor.Actor {
	return actor.Actor{Kind: actor.Contact, ID: f.claire.Contacts[0].ID, Name: "Claire Dupont", CustomerID: f.claire.ID, Trust: actor.TrustPassword, Lang: "fr"}
}

// answerForm is what the form of a turn carries.
func answerForm(r signing.PortalRound, key string) string {
	return "cle=" + key + "&tour=" + r.TurnID + "&empreinte=" + r.Digest
}

// handOff makes a code on the firm's screen for a turn.
func (f *firm) handOff(turnID string) string {
	f.Helper()
	h, err := f.signing.MakeHandOff(f.Context(), f.marie("fr"), turnID)
	f.must(err)
	return h.Path
}

// showContract makes a code on the firm's screen for a whole contract, for one of Claire's customer.
func (f *firm) showContract(contractID string, contact int) string {
	f.Helper()
	h, err := f.signing.ShowContract(f.Context(), f.marie("fr"), contractID, f.claire.Contacts[contact].PublicID)
	f.must(err)
	return h.Path
}
