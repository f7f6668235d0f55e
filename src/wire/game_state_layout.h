/*
 * The one list of the v1 simulation state: every struct of the blob, field by field, in order.
 * It expands into the C structs of wire/game_state.h and into the field tables behind
 * `game_state_find`. Every number is four bytes, so the structs have no padding; the layout test
 * compares the expansion with tests/vectors/v1-state-layout.csv.
 *
 * Source: fact sheet "TMInterface mapped-memory protocol", sections 10.2 and 10.9.
 *
 * Rows: N(type, name)                   one number
 *       V(type, name, count)            a vector of numbers
 *       M(type, name, rows, columns)    a matrix, row by row
 *       S(struct, name)                 a struct inside
 *       R(struct, name, count)          an array of structs
 *       B(name, size)                   bytes nobody has explained, but which have a name
 *       G(offset, size)                 a gap: bytes that have not even a name
 * Types: float32, int32, uint32, bool32.
 */
#ifndef WIRE_GAME_STATE_LAYOUT_H
#define WIRE_GAME_STATE_LAYOUT_H

#define LAYOUT_dyna_state(N, V, M, S, R, B, G)                                                     \
    V(float32, quat, 4)                                                                            \
    M(float32, rotation, 3, 3)                                                                     \
    V(float32, position, 3)                                                                        \
    V(float32, linear_speed, 3)                                                                    \
    V(float32, add_linear_speed, 3)                                                                \
    V(float32, angular_speed, 3)                                                                   \
    V(float32, force, 3)                                                                           \
    V(float32, torque, 3)                                                                          \
    M(float32, inverse_inertia_tensor, 3, 3)                                                       \
    N(float32, unknown)                                                                            \
    V(float32, not_tweaked_linear_speed, 3)                                                        \
    N(int32, owner)

#define LAYOUT_dyna(N, V, M, S, R, B, G)                                                           \
    G(0, 268)                                                                                      \
    S(dyna_state, previous_state)                                                                  \
    S(dyna_state, current_state)                                                                   \
    S(dyna_state, temp_state)                                                                      \
    B(rest, 616)

#define LAYOUT_vehicle_state(N, V, M, S, R, B, G)                                                  \
    N(float32, speed_forward)                                                                      \
    N(float32, speed_sideward)                                                                     \
    N(float32, input_steer)                                                                        \
    N(float32, input_gas)                                                                          \
    N(float32, input_brake)                                                                        \
    N(bool32, is_turbo)                                                                            \
    G(24, 104)                                                                                     \
    N(float32, rpm)                                                                                \
    G(132, 4)                                                                                      \
    N(int32, gearbox_state)                                                                        \
    B(rest, 28)

#define LAYOUT_engine(N, V, M, S, R, B, G)                                                         \
    N(float32, max_rpm)                                                                            \
    G(4, 16)                                                                                       \
    N(float32, braking_factor)                                                                     \
    N(float32, clamped_rpm)                                                                        \
    N(float32, actual_rpm)                                                                         \
    N(float32, slide_factor)                                                                       \
    G(36, 4)                                                                                       \
    N(int32, rear_gear)                                                                            \
    N(int32, gear)

#define LAYOUT_scene_mobil(N, V, M, S, R, B, G)                                                    \
    G(0, 76)                                                                                       \
    N(bool32, is_update_async)                                                                     \
    N(float32, input_gas)                                                                          \
    N(float32, input_brake)                                                                        \
    N(float32, input_steer)                                                                        \
    G(92, 24)                                                                                      \
    N(bool32, is_light_trials_set)                                                                 \
    G(120, 28)                                                                                     \
    N(int32, horn_limit)                                                                           \
    G(152, 12)                                                                                     \
    N(int32, quality)                                                                              \
    G(168, 568)                                                                                    \
    N(float32, max_linear_speed)                                                                   \
    N(int32, gearbox_state)                                                                        \
    N(int32, block_flags)                                                                          \
    S(vehicle_state, prev_sync_vehicle_state)                                                      \
    S(vehicle_state, sync_vehicle_state)                                                           \
    S(vehicle_state, async_vehicle_state)                                                          \
    S(vehicle_state, prev_async_vehicle_state)                                                     \
    G(1420, 16)                                                                                    \
    S(engine, engine)                                                                              \
    G(1484, 16)                                                                                    \
    N(bool32, has_any_lateral_contact)                                                             \
    N(int32, last_has_any_lateral_contact_time)                                                    \
    N(bool32, water_forces_applied)                                                                \
    N(float32, turning_rate)                                                                       \
    G(1516, 8)                                                                                     \
    N(float32, turbo_boost_factor)                                                                 \
    N(int32, last_turbo_type_change_time)                                                          \
    N(int32, last_turbo_time)                                                                      \
    N(int32, turbo_type)                                                                           \
    G(1540, 4)                                                                                     \
    N(float32, roulette_value)                                                                     \
    N(bool32, is_freewheeling)                                                                     \
    G(1552, 24)                                                                                    \
    N(bool32, is_sliding)                                                                          \
    G(1580, 80)                                                                                    \
    N(int32, wheel_contact_absorb_counter)                                                         \
    G(1664, 28)                                                                                    \
    N(int32, burnout_state)                                                                        \
    G(1696, 108)                                                                                   \
    V(float32, current_local_speed, 3)                                                             \
    G(1816, 256)                                                                                   \
    V(float32, total_central_force_added, 3)                                                       \
    G(2084, 32)                                                                                    \
    N(bool32, is_rubber_ball)                                                                      \
    M(float32, saved_state, 4, 3)

#define LAYOUT_surface_handler(N, V, M, S, R, B, G)                                                \
    G(0, 4)                                                                                        \
    M(float32, unknown, 4, 3)                                                                      \
    M(float32, rotation, 3, 3)                                                                     \
    V(float32, position, 3)

#define LAYOUT_real_time_state(N, V, M, S, R, B, G)                                                \
    N(float32, damper_absorb)                                                                      \
    N(float32, field_4)                                                                            \
    N(float32, field_8)                                                                            \
    M(float32, field_12, 3, 3)                                                                     \
    M(float32, field_48, 3, 3)                                                                     \
    V(float32, field_84, 3)                                                                        \
    G(96, 12)                                                                                      \
    N(float32, field_108)                                                                          \
    N(bool32, has_ground_contact)                                                                  \
    N(int32, contact_material_id)                                                                  \
    N(bool32, is_sliding)                                                                          \
    V(float32, relative_rotz_axis, 3)                                                              \
    G(136, 4)                                                                                      \
    N(int32, nb_ground_contacts)                                                                   \
    V(float32, field_144, 3)                                                                       \
    B(rest, 12)

#define LAYOUT_wheel_state(N, V, M, S, R, B, G) B(rest, 100)

#define LAYOUT_simulation_wheel(N, V, M, S, R, B, G)                                               \
    G(0, 4)                                                                                        \
    N(bool32, steerable)                                                                           \
    N(int32, field_8)                                                                              \
    S(surface_handler, surface_handler)                                                            \
    M(float32, field_112, 4, 3)                                                                    \
    N(int32, field_160)                                                                            \
    N(int32, field_164)                                                                            \
    V(float32, offset_from_vehicle, 3)                                                             \
    S(real_time_state, real_time_state)                                                            \
    N(int32, field_348)                                                                            \
    V(float32, contact_relative_local_distance, 3)                                                 \
    S(wheel_state, prev_sync_wheel_state)                                                          \
    S(wheel_state, sync_wheel_state)                                                               \
    S(wheel_state, field_564)                                                                      \
    S(wheel_state, async_wheel_state)

#define LAYOUT_player_info(N, V, M, S, R, B, G)                                                    \
    G(0, 576)                                                                                      \
    N(uint32, team)                                                                                \
    G(580, 100)                                                                                    \
    N(int32, prev_race_time)                                                                       \
    N(uint32, race_start_time)                                                                     \
    N(int32, race_time)                                                                            \
    N(uint32, race_best_time)                                                                      \
    N(uint32, lap_start_time)                                                                      \
    N(uint32, lap_time)                                                                            \
    N(int32, lap_best_time)                                                                        \
    N(uint32, min_respawns)                                                                        \
    N(uint32, nb_completed)                                                                        \
    N(uint32, max_completed)                                                                       \
    N(uint32, stunts_score)                                                                        \
    N(uint32, best_stunts_score)                                                                   \
    N(uint32, cur_checkpoint)                                                                      \
    N(float32, average_rank)                                                                       \
    N(uint32, current_race_rank)                                                                   \
    N(uint32, current_round_rank)                                                                  \
    G(744, 32)                                                                                     \
    N(uint32, current_time)                                                                        \
    G(780, 8)                                                                                      \
    N(uint32, race_state)                                                                          \
    N(uint32, ready_enum)                                                                          \
    N(uint32, round_num)                                                                           \
    N(float32, offset_current_cp)                                                                  \
    G(804, 12)                                                                                     \
    N(uint32, cur_lap_cp_count)                                                                    \
    N(uint32, cur_cp_count)                                                                        \
    N(uint32, cur_lap)                                                                             \
    N(bool32, race_finished)                                                                       \
    N(int32, display_speed)                                                                        \
    N(bool32, finish_not_passed)                                                                   \
    G(840, 76)                                                                                     \
    N(int32, countdown_time)                                                                       \
    B(rest, 32)

#define LAYOUT_input_event(N, V, M, S, R, B, G)                                                    \
    N(int32, time)                                                                                 \
    N(int32, input_data)

#define LAYOUT_cached_input(N, V, M, S, R, B, G)                                                   \
    N(int32, time)                                                                                 \
    S(input_event, event)

/* The fixed part; the checkpoint data (section 10.3) follows it. */
#define LAYOUT_game_state(N, V, M, S, R, B, G)                                                     \
    N(uint32, version)                                                                             \
    N(uint32, context_mode)                                                                        \
    N(uint32, flags)                                                                               \
    V(int32, timers, 53)                                                                           \
    S(dyna, dyna)                                                                                  \
    S(scene_mobil, scene_mobil)                                                                    \
    R(simulation_wheel, simulation_wheels, 4)                                                      \
    B(plug_solid, 68)                                                                              \
    B(cmd_buffer_core, 264)                                                                        \
    S(player_info, player_info)                                                                    \
    R(cached_input, internal_input_state, 10)                                                      \
    S(input_event, input_running_event)                                                            \
    S(input_event, input_finish_event)                                                             \
    S(input_event, input_accelerate_event)                                                         \
    S(input_event, input_brake_event)                                                              \
    S(input_event, input_left_event)                                                               \
    S(input_event, input_right_event)                                                              \
    S(input_event, input_steer_event)                                                              \
    S(input_event, input_gas_event)                                                                \
    N(uint32, num_respawns)

/* Every struct, inner ones first, with its size in bytes. */
#define LAYOUT_STRUCTS(X)                                                                          \
    X(dyna_state, 180)                                                                             \
    X(dyna, 1424)                                                                                  \
    X(vehicle_state, 168)                                                                          \
    X(engine, 48)                                                                                  \
    X(scene_mobil, 2168)                                                                           \
    X(surface_handler, 100)                                                                        \
    X(real_time_state, 168)                                                                        \
    X(wheel_state, 100)                                                                            \
    X(simulation_wheel, 764)                                                                       \
    X(player_info, 952)                                                                            \
    X(input_event, 8)                                                                              \
    X(cached_input, 12)                                                                            \
    X(game_state, 8344)

/* Short names for fields that scripts use all day. X(alias, path); section 10.5 and 10.7. */
#define LAYOUT_ALIASES(X)                                                                          \
    X(position, "dyna.current_state.position")                                                     \
    X(velocity, "dyna.current_state.linear_speed")                                                 \
    X(rotation_matrix, "dyna.current_state.rotation")                                              \
    X(quaternion, "dyna.current_state.quat")                                                       \
    X(race_time, "player_info.race_time")                                                          \
    X(display_speed, "player_info.display_speed")                                                  \
    X(time, "timers[1]")

#endif
