std = "lua54"
max_line_length = 100

-- Stubs for editors: their functions have parameters and no bodies.
files["lua/meta"] = { ignore = { "211", "212", "241" } }
