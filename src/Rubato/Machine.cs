using System.Runtime.InteropServices;

namespace Rubato;

/// <summary>Facts about the machine, for reports and bug reports.</summary>
public static class Machine
{
    /// <summary>Name and version of the operating system.</summary>
    public static string OperatingSystem => RuntimeInformation.OSDescription;

    /// <summary>Such as x64 or arm64.</summary>
    public static string Architecture => RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>Name of the processor; null where the system does not say.</summary>
    public static string? Processor { get; } = FindProcessor();

    /// <summary>Logical processors that this process may use.</summary>
    public static int Cores => Environment.ProcessorCount;

    /// <summary>Bytes of memory that this process may use: the machine's, or its container's.</summary>
    public static long Memory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Name and version of the runtime.</summary>
    public static string Runtime => RuntimeInformation.FrameworkDescription;

    private static string? FindProcessor()
    {
        const string Linux = "/proc/cpuinfo", Key = "model name";
        try
        {
            return File.Exists(Linux)
                ? File.ReadLines(Linux).FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal))
                    ?.Split(':', 2)[^1].Trim()
                : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
