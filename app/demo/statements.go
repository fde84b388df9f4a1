package demo

import (
	"context"

	"comptoir/office/statements"
)

// statements makes one schedule, when the story is told: a customer who signs in is mailed
// what is open at each month's end. Made earlier, the machine would have two years of them
// to make up for.
func (m *maker) statements(ctx context.Context) error {
	for _, c := range m.clients {
		if !c.signIn {
			continue
		}
		_, err := m.Statements.SaveSchedule(ctx, m.owner, m.key("statement"), statements.Schedule{CustomerID: c.id, Kind: statements.OpenItems, Frequency: "monthly", OnlyOpen: true})
		return err
	}
	return nil
}
