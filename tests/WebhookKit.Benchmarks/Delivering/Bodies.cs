using System.Text;

namespace WebhookKit.Benchmarks.Delivering;

/// <summary>What is sent.</summary>
internal static class Bodies
{
    /// <summary>A JSON object of 1 KiB: the data of an event for the library, the whole body for the reference.</summary>
    public static byte[] OneKibibyte { get; } = OfLength(1024);

    public static byte[] OfLength(int length)
    {
        const string start = "{\"note\":\"";
        const string end = "\"}";
        return Encoding.UTF8.GetBytes(start + new string('x', length - start.Length - end.Length) + end);
    }
}
