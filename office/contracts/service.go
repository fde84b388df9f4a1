package contracts

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/attachments"
	"comptoir/office/company"
	"comptoir/rules/contract"
)

// Deps is what the room needs of others; app passes it in.
type Deps struct {
	DB          *db.DB
	IDs         id.Source
	Attachments *attachments.Service // judges, stages and stores files
	Changed     func(topics ...string)
	// IssueLink makes the mailed link by which a contact opens a contract.
	IssueLink func(ctx context.Context, tx *db.Tx, contactID, contractID int64) (linkID int64, err error)
	// OnFileChange is told, in the same transaction, that an attachment has a new version or was
	// removed: office/signing begins the rounds on it again. May be nil.
	OnFileChange func(ctx context.Context, tx *db.Tx, who actor.Actor, contractID, fileID int64) error
	// OnDecided is told, likewise, that a person decided what a round was to decide: the contract was
	// cancelled, signed on paper, or taken back to its making. office/signing gives up what is open.
	// May be nil.
	OnDecided func(ctx context.Context, tx *db.Tx, who actor.Actor, contractID int64) error
}

// Service is the room's door.
type Service struct {
	Deps
	billing Billing // nil: nothing is billed
}

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	return &Service{Deps: d}
}

// Billing is the room of what contracts are billed as.
type Billing interface {
	// Stands tells whether a paper stands that was made of a milestone, or with "" of the contract:
	// its amount, its currency and its customer are then settled.
	Stands(ctx context.Context, q *gen.Queries, contractID, milestoneID string) (bool, error)
}

// Billed gives the room the papers that were made of contracts. Set once, while the program is
// put together.
func (s *Service) Billed(b Billing) { s.billing = b }

func (s *Service) stands(ctx context.Context, q *gen.Queries, contractID, milestoneID string) (bool, error) {
	if s.billing == nil {
		return false, nil
	}
	return s.billing.Stands(ctx, q, contractID, milestoneID)
}

// topic is what the window is told of when something of a contract changed.
const topic = "contracts"

// objectKind is how the audit log, notifications and the search call a contract.
const objectKind = "contract"

func today(ctx context.Context, tx *db.Tx) (civil.Date, error) {
	return company.Today(ctx, tx.Queries, tx.Now)
}

func day(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		return civil.Date{}
	}
	return d
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func errStale() error { return fault.New(fault.Conflict, "fault.stale") }

// Ruled is a stored contract as the rules know it.
func Ruled(c gen.Contract) contract.Contract {
	return contract.Contract{State: contract.Status(c.State), SignedOn: day(c.SignedOn), EndedOn: day(c.EndedOn), Terms: contract.Terms{Start: day(c.StartOn), End: day(c.EndOn), Renewal: contract.Renewal(c.Renewal),
		RenewalMonths: int(c.RenewalMonths), NoticeCount: int(c.NoticeCount), NoticeUnit: c.NoticeUnit, RemindDays: int(c.RemindDays)}}
}

// kept is where a contract stands, as it is kept beside it.
type kept struct {
	termOn, decideOn, remindOn string
	reminded                   int64
}

// keep computes what is kept of a contract: a reminder that was sent for that very day, or whose
// day of decision had gone by when it was arranged, is not owed. id is 0 of a new one.
func keep(ctx context.Context, q *gen.Queries, id int64, c contract.Contract, today civil.Date) (k kept, err error) {
	s := c.Standing(today)
	k = kept{termOn: s.Term.To.String(), decideOn: s.DecideBy.String(), remindOn: s.RemindOn.String()}
	if !s.RemindOn.IsZero() && s.RemindOn.Before(today) { // arranged today: it is not late
		k.remindOn = today.String()
	}
	switch {
	case s.RemindOn.IsZero():
	case s.DecideBy.Before(today):
		k.reminded = 1
	case id != 0:
		var n int64
		n, err = q.ContractReminded(ctx, gen.ContractRemindedParams{ContractID: id, Kind: s.Kind, AboutOn: s.DecideBy.String()})
		k.reminded = flag(n > 0)
	}
	return k, err
}

func byPublicID(ctx context.Context, q *gen.Queries, publicID string) (gen.Contract, error) {
	row, err := q.ContractByPublicID(ctx, publicID)
	return row, db.NotFound(err)
}
