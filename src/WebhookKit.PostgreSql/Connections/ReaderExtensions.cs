using Npgsql;

namespace WebhookKit.PostgreSql.Connections;

/// <summary>Reads results; columns by their place in the statement.</summary>
internal static class ReaderExtensions
{
    public static Guid? UuidOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);

    public static string? TextOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static int? IntOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);

    public static short? SmallintOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt16(column);

    public static long? BigintOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    /// <summary>A time; the infinities are the ends of what .NET has.</summary>
    public static DateTime Time(this NpgsqlDataReader reader, int column) => reader.GetDateTime(column);

    public static DateTime? TimeOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDateTime(column);

    public static DateTimeOffset Utc(this DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    public static DateTimeOffset? Utc(this DateTime? time) => time?.Utc();

    public static byte[] Bytes(this NpgsqlDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    /// <summary>Reads all rows of the result that the reader stands at, and moves to the next result.</summary>
    public static async Task<List<T>> ListAsync<T>(this NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync().ConfigureAwait(false))
            rows.Add(read(reader));
        await reader.NextResultAsync().ConfigureAwait(false);
        return rows;
    }

    /// <summary>Runs a batch of one statement with rows, and reads them all.</summary>
    public static async Task<List<T>> ListAsync<T>(this StatementBatch batch, Func<NpgsqlDataReader, T> read)
    {
        var reader = await batch.ReadAsync().ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        return await reader.ListAsync(read).ConfigureAwait(false);
    }
}
