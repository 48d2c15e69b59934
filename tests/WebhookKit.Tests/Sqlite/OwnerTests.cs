using System.Globalization;

namespace WebhookKit.Tests.Sqlite;

/// <summary>A file has one owner at a time.</summary>
public sealed class OwnerTests : SqliteTests
{
    [Fact]
    public async Task A_second_owner_is_refused_and_told_who_has_the_file()
    {
        await using var owner = Folder.Open();
        await EnqueueAsync(owner, Request());
        await using var second = Folder.Open();

        var refused = await FluentActions.Awaiting(() => EnqueueAsync(second, Request())).Should().ThrowAsync<WebhookStoreException>();

        refused.Which.Fault.Should().Be(StoreFault.Locked);
        refused.Which.Message.Should().Contain(Folder.File)
            .And.Contain(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)).And.Contain(Environment.MachineName);
        (await WorkAsync(owner)).Should().Be(1, "the owner goes on");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_second_owner_is_refused_by_whatever_path_it_comes(bool isFolder)
    {
        var folder = Path.GetDirectoryName(Folder.File)!;
        var link = Path.Combine(folder, "link");
        _ = isFolder ? Directory.CreateSymbolicLink(link, folder) : File.CreateSymbolicLink(link, Folder.File);
        await using var owner = Folder.Open();
        await EnqueueAsync(owner, Request());
        await using var second = Folder.Open(file: isFolder ? Path.Combine(link, Path.GetFileName(Folder.File)) : link);

        (await FluentActions.Awaiting(() => EnqueueAsync(second, Request())).Should().ThrowAsync<WebhookStoreException>())
            .Which.Fault.Should().Be(StoreFault.Locked);
    }

    [Fact]
    public async Task A_second_owner_waits_for_the_first_to_end()
    {
        var owner = Folder.Open();
        await EnqueueAsync(owner, Request());
        await using var second = Folder.Open(options => options.OwnerTimeout = TimeSpan.FromSeconds(30));
        var waiting = second.File.OpenAsync(CancellationToken.None).AsTask();

        await owner.DisposeAsync();
        while (!waiting.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }

        (await WorkAsync(second)).Should().Be(1);
    }

    [Fact]
    public async Task A_second_owner_waits_no_longer_than_it_may()
    {
        await using var owner = Folder.Open();
        await owner.File.OpenAsync(CancellationToken.None);
        await using var second = Folder.Open(options => options.OwnerTimeout = TimeSpan.FromSeconds(30));
        var started = Clock.GetUtcNow();
        var waiting = second.File.OpenAsync(CancellationToken.None).AsTask();

        while (!waiting.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }

        (await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<WebhookStoreException>()).Which.Fault.Should().Be(StoreFault.Locked);
        (Clock.GetUtcNow() - started).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task One_that_waits_for_the_file_can_be_closed()
    {
        await using var owner = Folder.Open();
        await owner.File.OpenAsync(CancellationToken.None);
        var second = Folder.Open(options => options.OwnerTimeout = TimeSpan.FromSeconds(30));
        var waiting = second.File.OpenAsync(CancellationToken.None).AsTask();

        await second.DisposeAsync();

        await FluentActions.Awaiting(() => waiting.WaitAsync(Patience)).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task The_lock_is_one_that_other_processes_see()
    {
        await using var owner = Folder.Open();
        await owner.File.OpenAsync(CancellationToken.None);

        FluentActions.Invoking(() => new FileStream(Folder.File + ".lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose())
            .Should().Throw<IOException>();
    }
}
