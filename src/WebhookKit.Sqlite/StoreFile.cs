using Microsoft.Extensions.Logging;
using WebhookKit.Messages;
using WebhookKit.Sqlite.Files;
using WebhookKit.Sqlite.Queue;
using WebhookKit.Sqlite.Writing;

namespace WebhookKit.Sqlite;

/// <summary>
/// The database file, owned by this process from the first use until it is disposed of: its writer, its readers, and the subscriptions in it. Opened by
/// whoever needs it first; an opening that failed is tried again by the next.
/// </summary>
internal sealed class StoreFile : IAsyncDisposable, IDisposable
{
    private readonly SqliteStoreOptions _options;
    private readonly string _connectionString;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DestinationCache _destinations;
    private readonly Lock _lock = new();

    /// <summary>The ids of the subscriptions in memory; the writer's own.</summary>
    private readonly HashSet<SubscriptionId> _subscriptions = [];
    private readonly CancellationTokenSource _stop = new();
    private Task<OpenFile>? _opening;
    private OpenFile? _open;
    private bool _disposed;

    /// <exception cref="WebhookValidationException">An option is out of its range, or the connection string names no file.</exception>
    public StoreFile(string connectionString, SqliteStoreOptions options, SettingsFormat format, TimeProvider time, ILogger logger)
    {
        if (options.Validate(connectionString) is { Count: > 0 } errors)
            throw new WebhookValidationException(errors);
        (_connectionString, _options, _time, _logger) = (connectionString, options, time, logger);
        Path = DatabasePath.Of(connectionString);
        Format = format;
        Subscriptions = new SubscriptionCache(format);
        _destinations = new DestinationCache(format);
    }

    public string Path { get; }

    public SettingsFormat Format { get; }

    /// <summary>All subscriptions, as of the last commit. To be asked once the file is open.</summary>
    public SubscriptionCache Subscriptions { get; }

    public ILogger Logger => _logger;

    public TimeProvider Time => _time;

    /// <summary>Opens the file, if it is not open.</summary>
    /// <exception cref="WebhookStoreException">It cannot be opened.</exception>
    public ValueTask<OpenFile> OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _open) is { } open)
            return new(open);
        Task<OpenFile> opening;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteStore));
            // The one who waits may go; the opening goes on for the others.
            opening = _opening is { IsFaulted: false, IsCanceled: false } going ? going : _opening = Task.Run(OpenNowAsync, CancellationToken.None);
        }

        return new(opening.WaitAsync(cancellationToken));
    }

    /// <summary>
    /// Reads an ad hoc destination; one that cannot be read comes with its fault. It is kept in memory by its form: once the last delivery to it is forgotten,
    /// the same id may be written down anew.
    /// </summary>
    public async ValueTask<StoredDestination> ReadDestinationAsync(DestinationId id, SettingsForm form, CancellationToken cancellationToken)
    {
        var destination = await _destinations.ReadAsync(new DestinationId(Identify(form)), form, cancellationToken).ConfigureAwait(false);
        return destination.Fault is null ? destination : destination with { Id = id };
    }

    /// <summary>A subscription was added or changed; on the writer's thread.</summary>
    public void Put(SubscriptionRow row)
    {
        Subscriptions.Put(row);
        _subscriptions.Add(row.Id);
    }

    /// <summary>A subscription was removed; on the writer's thread.</summary>
    public void Remove(SubscriptionId id)
    {
        Subscriptions.Remove(id);
        _subscriptions.Remove(id);
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        Task<OpenFile>? opening;
        lock (_lock)
        {
            if (_disposed)
                return;
            (_disposed, opening) = (true, _opening);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        if (opening is not null)
        {
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (opening.IsCompletedSuccessfully)
                await (await opening.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            Volatile.Write(ref _open, null);
        }

        _stop.Dispose();
    }

    private static Guid Identify(SettingsForm form)
    {
        using var fingerprint = new Fingerprint();
        fingerprint.Add(form.Json);
        fingerprint.Add(form.Secrets.AsSpan());
        return NameUuid.Of(fingerprint);
    }

    private async Task<OpenFile> OpenNowAsync()
    {
        OwnerLock? owner = null;
        Session? session = null;
        try
        {
            var path = DatabasePath.Resolve(Path);
            owner = await OwnerLock.TakeAsync(path, _options.OwnerTimeout, _time, _logger, _stop.Token).ConfigureAwait(false);
            var database = Database.OpenWriter(_options, _connectionString, path, creates: true);
            try
            {
                Migrator.Run(database, _options.Migrate, Path, _logger);
                session = new Session(database, Report);
            }
            catch
            {
                database.Dispose();
                throw;
            }

            var clock = new FileClock(_time, session.Counters.LastClock);
            // Whoever held a lease died with the process that owned the file before.
            session.Contents.Lanes.ExpireAll(clock.Now());
            ReadSubscriptions(database);
            var writer = new Writer(session, () => Reopen(path), clock, _time, new Health(Path, _logger), _options.MaxGroup);
            var open = new OpenFile(owner, writer, new ReadPool(Path, () => Database.OpenReader(_options, _connectionString, path), _options.Readers));
            writer.Start();
            Volatile.Write(ref _open, open);
            return open;
        }
        catch (Exception e)
        {
            session?.Dispose();
            owner?.Dispose();
            if (e is OperationCanceledException)
                throw new ObjectDisposedException(nameof(SqliteStore), e);
            if (e is WebhookException)
                throw;
            throw SqliteFaults.ToStoreException(e, Path);
        }
    }

    /// <summary>Replaces the connection that writes; on the writer's thread.</summary>
    private Session Reopen(string path)
    {
        var database = Database.OpenWriter(_options, _connectionString, path, creates: false);
        try
        {
            var session = new Session(database, Report);
            ReadSubscriptions(database);
            return session;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Brings what is in memory to what is in the file; nothing that stays is missing meanwhile.</summary>
    private void ReadSubscriptions(Database database)
    {
        var gone = _subscriptions.ToHashSet();
        var rows = database.Statement("SELECT id, version, no, settings, secrets FROM subscription ORDER BY no");
        while (rows.Read())
        {
            var row = SubscriptionTable.Read(rows);
            Put(row);
            gone.Remove(row.Id);
        }

        foreach (var id in gone)
            Remove(id);
    }

    private void Report(Guid lane, WebhookStoreException error) => _logger.LaneUnreadable(Path, lane, Leases.UnreadableHold, error.Message);
}
