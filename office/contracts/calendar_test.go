package contracts_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"comptoir/core/civil"
	"comptoir/db"
	"comptoir/office/contracts"
)

// A day of the calendar has the green line where the customer sees it too: a milestone only where neither it nor its
// contract is hidden.
func TestTheCalendarSaysWhatThePortalShows(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-06-15")
	v := e.signed(yearly(e.company), "2026-01-05")
	list, err := e.room.SaveMilestone(ctx, clerk, e.Key(), v.PublicID, contracts.Milestone{Title: "Recette", DueOn: "2026-06-03"})
	e.Must(err)
	shown := func(what string, want bool) {
		t.Helper()
		c, err := e.room.Calendar(ctx, clerk, contracts.CalendarQuery{CustomerID: e.company.PublicID})
		if err != nil || len(c.Events) != 1 || c.Events[0].InPortal != want {
			t.Errorf("%s: %+v, %v", what, c.Events, err)
		}
	}
	shown("of a hidden contract", false)
	e.Must(e.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return contracts.ShowTo(ctx, tx, clerk, v.ID) }))
	shown("of a shown one", true)
	_, err = e.room.ShowMilestone(ctx, clerk, v.PublicID, list[0].PublicID, false)
	e.Must(err)
	shown("hidden itself", false)
}

// A contract that was ended keeps its last day in the calendar, and nothing that was to come after it.
func TestAnEndThatIsOverStaysInTheCalendar(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-06-15")
	v := e.signed(yearly(e.company), "2026-01-01")
	_, err := e.room.End(ctx, clerk, e.act(v, "2026-05-31", "Locaux vendus"))
	e.Must(err)
	events := func(month time.Month) (kinds []string) {
		c, err := e.room.Calendar(ctx, clerk, contracts.CalendarQuery{Year: 2026, Month: month})
		e.Must(err)
		for _, x := range c.Events {
			kinds = append(kinds, x.On.String()+" "+x.Kind)
		}
		return kinds
	}
	if may, later := events(time.May), events(time.December); !slices.Equal(may, []string{"2026-05-31 end"}) || len(later) != 0 || len(events(time.September)) != 0 {
		t.Errorf("May %v, December %v", may, later)
	}
}

// What was planned in a contract that is over stands; what was done of it may still be noted.
func TestMilestonesOfWhatIsOverStand(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-06-15")
	v := e.signed(yearly(e.company), "2026-01-01")
	list, err := e.room.SaveMilestone(ctx, clerk, e.Key(), v.PublicID, contracts.Milestone{Title: "Bilan"})
	e.Must(err)
	v, err = e.room.Get(ctx, clerk, v.PublicID)
	e.Must(err)
	_, err = e.room.End(ctx, clerk, e.act(v, "2026-05-31", "Locaux vendus"))
	e.Must(err)
	m := list[0]
	for name, act := range map[string]func() ([]contracts.Milestone, error){
		"new": func() ([]contracts.Milestone, error) {
			return e.room.SaveMilestone(ctx, clerk, e.Key(), v.PublicID, contracts.Milestone{Title: "Encore"})
		},
		"changed": func() ([]contracts.Milestone, error) {
			x := m
			x.Title = "Autre"
			return e.room.SaveMilestone(ctx, clerk, e.Key(), v.PublicID, x)
		},
		"ordered": func() ([]contracts.Milestone, error) {
			return e.room.OrderMilestones(ctx, clerk, v.PublicID, []string{m.PublicID})
		},
		"cancel": func() ([]contracts.Milestone, error) {
			return e.room.CancelMilestone(ctx, clerk, v.PublicID, m.PublicID, m.Version, true)
		},
		"deleted": func() ([]contracts.Milestone, error) {
			return e.room.DeleteMilestone(ctx, clerk, v.PublicID, m.PublicID, m.Version)
		},
	} {
		t.Log(name)
		_, err := act()
		e.WantFault(err, "fault.contracts.closed")
	}
	_, err = e.room.ShowMilestone(ctx, clerk, v.PublicID, m.PublicID, false)
	e.Must(err)
	if list, err = e.room.MilestoneDone(ctx, clerk, v.PublicID, m.PublicID, m.Version+1, true, civil.Date{}); err != nil || list[0].State != contracts.MilestoneDone {
		t.Errorf("%+v, %v", list, err)
	}
}
