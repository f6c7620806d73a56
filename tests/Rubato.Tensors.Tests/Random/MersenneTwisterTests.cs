namespace Rubato.Tensors.Tests;

public sealed class MersenneTwisterTests
{
    // ISO C++ [rand.predef]: the 10000th output of a default-constructed std::mt19937 (seed 5489).
    [Fact]
    public void The_ten_thousandth_output_is_the_one_that_the_cpp_standard_demands()
    {
        var twister = new MersenneTwister(5489);
        for (int i = 1; i < 10000; i++)
            twister.Next();
        Assert.Equal(4123659995u, twister.Next());
    }
}
