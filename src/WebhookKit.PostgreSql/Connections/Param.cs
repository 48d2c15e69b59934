using Npgsql;
using NpgsqlTypes;

namespace WebhookKit.PostgreSql.Connections;

/// <summary>Parameters with their types: nothing is left for the server to guess.</summary>
internal static class Param
{
    public static NpgsqlParameter Time(DateTime? value) => Of(NpgsqlDbType.TimestampTz, value is { } time ? Utc(time) : null);

    public static NpgsqlParameter Time(DateTimeOffset? value) => Of(NpgsqlDbType.TimestampTz, value?.UtcDateTime);

    public static NpgsqlParameter Uuid(Guid? value) => Of(NpgsqlDbType.Uuid, value);

    public static NpgsqlParameter Text(string? value) => Of(NpgsqlDbType.Text, value);

    public static NpgsqlParameter Int(int? value) => Of(NpgsqlDbType.Integer, value);

    public static NpgsqlParameter Smallint(int? value) => Of(NpgsqlDbType.Smallint, (short?)value);

    public static NpgsqlParameter Bigint(long? value) => Of(NpgsqlDbType.Bigint, value);

    public static NpgsqlParameter Boolean(bool? value) => Of(NpgsqlDbType.Boolean, value);

    public static NpgsqlParameter Bytes(byte[] value) => Of(NpgsqlDbType.Bytea, value);

    public static NpgsqlParameter Uuids(IEnumerable<Guid> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Uuid, values.ToArray());

    public static NpgsqlParameter Uuids(IEnumerable<Guid?> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Uuid, values.ToArray());

    public static NpgsqlParameter Texts(IEnumerable<string?> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Text, values.ToArray());

    public static NpgsqlParameter Ints(IEnumerable<int> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Integer, values.ToArray());

    public static NpgsqlParameter Ints(IEnumerable<int?> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Integer, values.ToArray());

    public static NpgsqlParameter Smallints(IEnumerable<short> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Smallint, values.ToArray());

    public static NpgsqlParameter Smallints(IEnumerable<short?> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Smallint, values.ToArray());

    public static NpgsqlParameter Bigints(IEnumerable<long> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Bigint, values.ToArray());

    public static NpgsqlParameter Bigints(IEnumerable<long?> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Bigint, values.ToArray());

    public static NpgsqlParameter Booleans(IEnumerable<bool> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Boolean, values.ToArray());

    public static NpgsqlParameter Times(IEnumerable<DateTime> values) =>
        Of(NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, values.Select(Utc).ToArray());

    public static NpgsqlParameter Times(IEnumerable<DateTime?> values) =>
        Of(NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, values.Select(value => value is { } time ? Utc(time) : (DateTime?)null).ToArray());

    public static NpgsqlParameter ByteArrays(IEnumerable<byte[]> values) => Of(NpgsqlDbType.Array | NpgsqlDbType.Bytea, values.ToArray());

    /// <summary>
    /// A duration in whole microseconds, rounded up: nothing is due early. Microseconds and not an interval, in which a day is as long as the server's time
    /// zone has it.
    /// </summary>
    public static long Microseconds(TimeSpan duration)
    {
        const long longest = 36_500L * TimeSpan.TicksPerDay;
        return (Math.Min(duration.Ticks, longest) + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;
    }

    /// <summary>What came from the server as an infinity has no kind.</summary>
    private static DateTime Utc(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);

    private static NpgsqlParameter Of(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
