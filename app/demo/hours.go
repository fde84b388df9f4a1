package demo

import (
	"context"

	"comptoir/office/hours"
)

// hours makes the hours of chat as a workshop keeps them: a meal break, a late Tuesday, the
// public holidays of this year and the next, an open day, a fortnight in summer.
func (m *maker) hours(ctx context.Context) error {
	set, err := m.Hours.Settings(ctx, m.owner)
	if err != nil {
		return err
	}
	set.Enabled, set.PromiseMinutes = true, 240
	if _, err := m.Hours.SaveSettings(ctx, m.owner, set); err != nil {
		return err
	}
	list, err := m.Hours.Schedules(ctx, m.owner, "fr")
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.Kind != "work" {
			continue
		}
		s.Start, s.End, s.MealBreak = "08:30", "18:00", true
		if _, err := m.Hours.SaveSchedule(ctx, m.owner, "", s); err != nil {
			return err
		}
	}
	if _, err := m.Hours.SaveSchedule(ctx, m.owner, m.key("hours"), hours.Schedule{Language: "fr", Name: m.text("fr", "demo.hours.evening", nil), Days: []int{2}, Start: "18:00", End: "20:00", Open: true}); err != nil {
		return err
	}
	for year := m.end.Year(); year <= m.end.Year()+1; year++ {
		if _, err := m.Hours.AddHolidays(ctx, m.owner, year, ""); err != nil {
			return err
		}
	}
	saturday := m.end
	for saturday.Weekday() != 6 || saturday.Day() < 8 {
		saturday = saturday.AddDate(0, 0, 1)
	}
	day, summer := saturday.Format("2006-01-02"), m.end.AddDate(1, 0, 0).Format("2006")
	for _, e := range []hours.Event{
		{Name: m.text("fr", "demo.hours.fair", nil), StartDate: day, StartTime: "10:00", EndDate: day, EndTime: "16:00", Open: true, French: true, English: true},
		{Name: m.text("fr", "demo.hours.summer", nil), StartDate: summer + "-08-02", StartTime: "00:00", EndDate: summer + "-08-15", EndTime: "24:00", French: true, English: true},
	} {
		if _, err := m.Hours.SaveEvent(ctx, m.owner, m.key("hours"), e); err != nil {
			return err
		}
	}
	return nil
}
