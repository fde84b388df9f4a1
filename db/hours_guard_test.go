package db

// The guards of the hours: the schedules that are made with the company stay, and none becomes another kind.
func init() {
	for _, c := range [][2]string{
		{"schedule of the company deleted", "DELETE FROM hours_schedules WHERE kind = 'work'"},
		{"schedule made another kind", "UPDATE hours_schedules SET kind = 'custom' WHERE kind = 'weekend'"},
		{"schedule made another language's", "UPDATE hours_schedules SET language = 'en' WHERE public_id = 'hours-fr-work'"},
	} {
		forbidden = append(forbidden, struct{ what, sql string }{c[0], c[1]})
	}
}
