using System.Globalization;
using System.Numerics;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Rubato.Tensors.Tests;

/// <summary>Truth: numbers drawn by PyTorch, see the README of the goldens.</summary>
public sealed class TorchCpuGeneratorTests
{
    [Fact]
    public void Fresh_generators_draw_what_torch_draws()
    {
        RandomGolden golden = RandomGolden.Open("torch-cpu");
        JsonElement[] calls = [.. golden.Calls];
        Assert.Equal(90, calls.Length);
        foreach (JsonElement call in calls)
            Compare(new TorchCpuGenerator(Seed(call)), call, golden);
    }

    [Fact]
    public void One_generator_draws_what_torch_draws_over_calls_of_all_kinds()
    {
        RandomGolden golden = RandomGolden.Open("torch-cpu-sequence");
        var generator = new TorchCpuGenerator(Seed(golden.Description));
        JsonElement[] calls = [.. golden.Calls];
        Assert.Equal(11, calls.Length);
        foreach (JsonElement call in calls)
            Compare(generator, call, golden);
    }

    [Fact]
    public void A_noise_source_is_randn()
    {
        float[] fromSource = new float[37], fromRandN = new float[37];
        INoiseSource source = new TorchCpuGenerator(5);
        source.Normal(fromSource);
        new TorchCpuGenerator(5).RandN(fromRandN);
        Assert.Equal(fromRandN, fromSource);
    }

    [Fact]
    public void A_permutation_holds_every_number_once() =>
        Prop.ForAll(Gen.Choose(0, 300).ToArbitrary(),
                    n => new TorchCpuGenerator((ulong)n).RandPerm(n).Order().SequenceEqual(Enumerable.Range(0, n)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Integers_stay_within_their_bounds_also_over_the_whole_range()
    {
        var generator = new TorchCpuGenerator(1);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(long.MaxValue - 1, generator.RandInt(long.MaxValue - 1, long.MaxValue));
            Assert.InRange(generator.RandInt(-3, 4), -3, 3);
            Assert.True(generator.RandInt(long.MinValue, long.MaxValue) < long.MaxValue);
        }
    }

    [Fact]
    public void Empty_ranges_and_negative_counts_are_refused()
    {
        var generator = new TorchCpuGenerator(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.RandInt(4, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.RandInt(4, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.RandPerm(-1));
    }

    private static void Compare(TorchCpuGenerator generator, JsonElement call, RandomGolden golden)
    {
        string name = call.GetProperty("tensor").GetString()!;
        string kind = $"{call.GetProperty("op").GetString()} {call.GetProperty("dtype").GetString()}";
        switch (kind)
        {
            case "rand float32": CompareReal<float>(generator.Rand, name, "F32", 0, golden); break;
            case "rand float64": CompareReal<double>(generator.Rand, name, "F64", 0, golden); break;
            case "rand float16": CompareReal<Half>(generator.Rand, name, "F16", 0, golden); break;
            case "randn float32": CompareReal<float>(generator.RandN, name, "F32", 2e-6, golden); break;
            case "randn float64": CompareReal<double>(generator.RandN, name, "F64", 1e-14, golden); break;
            case "randn float16": CompareReal<Half>(generator.RandN, name, "F16", 4e-3, golden); break;
            case "randint int64":
                long low = call.TryGetProperty("low", out JsonElement l) ? l.GetInt64() : 0;
                long high = call.TryGetProperty("high", out JsonElement h) ? h.GetInt64() : 100;
                Assert.All(golden.Tensors.Get<long>(name, "I64"), x => Assert.Equal(x, generator.RandInt(low, high)));
                break;
            case "randperm int64":
                long[] order = golden.Tensors.Get<long>(name, "I64");
                Assert.Equal(order, generator.RandPerm(order.Length).Select(i => (long)i));
                break;
            default: Assert.Fail($"{name}: a call of kind \"{kind}\" has no comparison"); break;
        }
    }

    private delegate void Draw<T>(Span<T> destination);

    private static void CompareReal<T>(Draw<T> draw, string name, string dtype, double tolerance, RandomGolden golden)
        where T : unmanaged, INumber<T>
    {
        T[] expected = golden.Tensors.Get<T>(name, dtype);
        T[] actual = new T[expected.Length];
        draw(actual);
        for (int i = 0; i < expected.Length; i++)
        {
            double distance = Math.Abs(double.CreateChecked(actual[i]) - double.CreateChecked(expected[i]));
            Assert.True(distance <= tolerance, $"{name}[{i}]: {actual[i]} is not {expected[i]}");
        }
    }

    private static ulong Seed(JsonElement element) =>
        ulong.Parse(element.GetProperty("seed").GetString()!, CultureInfo.InvariantCulture);
}
