using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WebhookKit.Sqlite;
using WebhookKit.Tests.DependencyInjection;

namespace WebhookKit.Tests.Sqlite;

/// <summary>How a host gets the store, and what it is told when the settings are wrong.</summary>
public sealed class OptionsTests : SqliteTests
{
    [Theory]
    [InlineData("Data Source=:memory:", "not durable")]
    [InlineData("Data Source=webhooks;Mode=Memory;Cache=Shared", "not durable")]
    [InlineData("Data Source=file:webhooks?mode=memory", "not durable")]
    [InlineData("", "names no file")]
    [InlineData("Data Source=webhooks.db;Mode=ReadOnly", "reading only")]
    [InlineData("Data Source=webhooks.db;Cache=Shared", "shared cache")]
    [InlineData("Data Source=file:///tmp/webhooks.db", "URI")]
    [InlineData("Secret=x;Nonsense", "no connection string")]
    public async Task A_connection_string_that_names_no_file_is_refused(string connectionString, string problem)
    {
        var faults = await Host(connectionString).FaultsAsync();
        faults.Should().ContainSingle(fault => fault.Contains(problem)).Which.Should().NotContain("Secret");
    }

    [Fact]
    public async Task All_faults_of_the_settings_are_told_at_once()
    {
        var faults = await Host(
            "Data Source=:memory:",
            options =>
            {
                options.BusyTimeout = TimeSpan.FromMinutes(2);
                options.OwnerTimeout = TimeSpan.FromSeconds(-1);
                options.Readers = 0;
            },
            ("Sqlite:MaxGroup", "0"), ("Sqlite:Sync", "Full")).FaultsAsync();

        faults.Should().HaveCount(6);
        string[] named = ["BusyTimeout", "OwnerTimeout", "Readers", "MaxGroup", "Webhooks:Sqlite:Sync:", "UseSqlite"];
        faults.Should().OnlyContain(fault => named.Any(name => fault.Contains(name)));
    }

    [Fact]
    public async Task Settings_come_from_the_configuration_and_then_from_code()
    {
        using var host = Host(
            Folder.ConnectionString, options => options.MaxGroup = 7,
            ("Sqlite:MaxGroup", "5"), ("Sqlite:Synchronous", "Normal"), ("Sqlite:OwnerTimeout", "00:00:03"));
        await host.StartAsync();
        var options = host.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<SqliteStoreOptions>>().Value;

        (options.MaxGroup, options.Synchronous, options.OwnerTimeout).Should().Be((7, SqliteSynchronous.Normal, TimeSpan.FromSeconds(3)));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_host_opens_the_file_at_its_start_and_closes_it_at_its_end()
    {
        using (var host = Host(Folder.ConnectionString))
        {
            await host.StartAsync();
            File.Exists(Folder.File).Should().BeTrue();
            host.Services.GetRequiredService<IWebhookStore>().Should().BeOfType<SqliteStore>();
            host.Services.GetRequiredService<ISubscriptionStore>().Should().BeOfType<SqliteSubscriptionStore>();
            var published = await host.Services.GetRequiredService<IWebhookPublisher>().PublishJsonAsync("thing.happened", "{}"u8.ToArray());
            (await host.Services.GetRequiredService<IDeliveryLog>().FindMessageAsync(published.MessageId, CancellationToken.None)).Should().NotBeNull();
            await host.StopAsync();
        }

        File.Exists(Folder.File + "-wal").Should().BeFalse();
    }

    [Fact]
    public async Task A_second_host_on_the_same_file_does_not_start()
    {
        await using var owner = Folder.Open();
        await owner.File.OpenAsync(CancellationToken.None);
        using var host = Host(Folder.ConnectionString, options => options.OwnerTimeout = TimeSpan.Zero);

        (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<WebhookStoreException>()).Which.Fault.Should().Be(StoreFault.Locked);
    }

    [Fact]
    public async Task A_lock_that_a_backup_holds_does_not_keep_a_host_from_starting()
    {
        await using (var before = Folder.Open())
            await before.File.OpenAsync(CancellationToken.None);
        using var backup = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Folder.File};Pooling=false");
        backup.Open();
        using var command = backup.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        using var host = Host(Folder.ConnectionString, options => options.BusyTimeout = TimeSpan.Zero);

        await host.StartAsync();

        command.CommandText = "ROLLBACK";
        command.ExecuteNonQuery();
        await host.Services.GetRequiredService<IWebhookPublisher>().PublishJsonAsync("thing.happened", "{}"u8.ToArray());
        await host.StopAsync();
    }

    [Fact]
    public async Task Called_twice_the_last_file_counts()
    {
        var builder = TestHost.Builder();
        builder.Services.AddWebhooks().UseSqlite("Data Source=:memory:").UseSqlite(Folder.ConnectionString);
        using var host = builder.Build();

        await host.StartAsync();
        File.Exists(Folder.File).Should().BeTrue();
        await host.StopAsync();
    }

    private static IHost Host(string connectionString, Action<SqliteStoreOptions>? configure = null, params (string Key, string? Value)[] configuration)
    {
        var builder = TestHost.Builder(configuration: configuration);
        builder.Services.AddWebhooks().AddEvent("thing.happened");
        builder.Services.AddWebhooks().UseSqlite(connectionString, configure);
        return builder.Build();
    }
}
